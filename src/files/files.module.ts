import { Global, Module } from '@nestjs/common';
import { AgentSurroundings } from '../chat/turns/agent-surroundings';
import { FilesController } from './files.controller';
import { ProjectFiles } from './project-files';
import { ProjectFolders } from './project-folders';

/** Files of projects. Chats get what their agents see of them by AgentSurroundings. */
@Global()
@Module({
  controllers: [FilesController],
  providers: [ProjectFiles, ProjectFolders, { provide: AgentSurroundings, useExisting: ProjectFolders }],
  exports: [AgentSurroundings],
})
export class FilesModule {}
