import { Module } from '@nestjs/common';
import { ChatModule } from '../chat/chat.module';
import { WorkspaceChanges } from './workspace-changes';
import { WorkspaceEdits } from './workspace-edits';
import { WorkspaceRoom } from './workspace-room';
import { WorkspaceUploads } from './workspace-uploads';
import { WorkspaceView } from './workspace-view';
import { Workspaces } from './workspaces';
import { WorkspacesController } from './workspaces.controller';

/** The folders that agents work in, over HTTP. */
@Module({
  imports: [ChatModule],
  controllers: [WorkspacesController],
  providers: [WorkspaceChanges, WorkspaceEdits, WorkspaceRoom, WorkspaceUploads, WorkspaceView, Workspaces],
  exports: [WorkspaceChanges, Workspaces, WorkspaceView],
})
export class WorkspacesModule {}
