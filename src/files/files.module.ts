import { Module } from '@nestjs/common';
import { FilesController } from './files.controller';
import { ProjectFiles } from './project-files';
import { ProjectFolders } from './project-folders';

/** Files of projects. */
@Module({
  controllers: [FilesController],
  providers: [ProjectFiles, ProjectFolders],
  exports: [ProjectFolders],
})
export class FilesModule {}
