import { Global, Module } from '@nestjs/common';
import { ChatModule } from '../chat/chat.module';
import { AgentSurroundings } from '../chat/turns/agent-surroundings';
import { FilesModule } from '../files/files.module';
import { GatewayModule } from '../gateway/gateway.module';
import { WorkspacesModule } from '../workspaces/workspaces.module';
import { ChatGit } from './chat-git';
import { ChatGitController } from './chat-git.controller';
import { Credentials } from './credentials';
import { MirrorSweep } from './mirror-sweep';
import { Mirrors } from './mirrors';
import { ProjectSurroundings } from './project-surroundings';
import { RemoteAccess } from './remote-access';
import { Repositories } from './repositories';
import { RepositoriesController } from './repositories.controller';
import { RepositoryHost } from './repository-host';
import { WorkingCopies } from './working-copies';

/** Repositories of projects, and git in the working copies that chats have of them. Turns get at both by AgentSurroundings. */
@Global()
@Module({
  imports: [FilesModule, GatewayModule, WorkspacesModule],
  controllers: [RepositoriesController],
  providers: [
    ...[RepositoryHost, Credentials, RemoteAccess, Mirrors, MirrorSweep, Repositories, WorkingCopies],
    ...[ProjectSurroundings, { provide: AgentSurroundings, useExisting: ProjectSurroundings }],
  ],
  exports: [AgentSurroundings, WorkingCopies, Mirrors],
})
export class RepositoriesModule {}

/** Above the chats, which need the repositories. */
@Module({ imports: [ChatModule, WorkspacesModule], controllers: [ChatGitController], providers: [ChatGit] })
export class ChatGitModule {}
