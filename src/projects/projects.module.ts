import { Module } from '@nestjs/common';
import { ChatModule } from '../chat/chat.module';
import { OwnerlessProjects } from './ownerless-projects';
import { ProjectChats } from './project-chats';
import { ProjectChatsController } from './project-chats.controller';
import { ProjectMembers } from './project-members';
import { ProjectMembersController } from './project-members.controller';
import { Projects } from './projects';
import { SharedController } from './shares/shared.controller';
import { SharedGuard } from './shares/shared.guard';
import { SharedView } from './shares/shared-view';
import { Shares } from './shares/shares';
import { SharesController } from './shares/shares.controller';
import { ProjectsController } from './projects.controller';

/** Projects, and who may use them. */
@Module({
  imports: [ChatModule],
  controllers: [
    ProjectsController,
    ProjectMembersController,
    ProjectChatsController,
    SharesController,
    SharedController,
  ],
  providers: [Projects, ProjectChats, ProjectMembers, OwnerlessProjects, SharedGuard, SharedView, Shares],
  exports: [OwnerlessProjects],
})
export class ProjectsModule {}
