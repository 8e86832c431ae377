import { Global, Module } from '@nestjs/common';
import { ChatModule } from '../chat/chat.module';
import { WorkspaceRecorder } from '../chat/turns/workspace-recorder';
import { WorkspacesModule } from '../workspaces/workspaces.module';
import { SnapshotKeeper } from './snapshot-keeper';
import { SnapshotRecorder } from './snapshot-recorder';
import { SnapshotRows } from './snapshot-rows';
import { SnapshotStores } from './snapshot-stores';
import { SnapshotUpkeep } from './snapshot-upkeep';
import { Snapshots } from './snapshots';
import { SnapshotsController } from './snapshots.controller';
import { SnapshottedTurns } from './snapshotted-turns';
import { WorkspaceMaking } from './workspace-making';
import { WorkspaceRestores } from './workspace-restores';

/** Recorded states of workspaces. Chats have them recorded by WorkspaceRecorder. */
@Global()
@Module({
  imports: [ChatModule, WorkspacesModule],
  controllers: [SnapshotsController],
  providers: [
    ...[SnapshotKeeper, SnapshotRecorder, SnapshotRows, SnapshotStores, SnapshotUpkeep, Snapshots],
    ...[SnapshottedTurns, WorkspaceMaking, WorkspaceRestores],
    { provide: WorkspaceRecorder, useExisting: SnapshottedTurns },
  ],
  exports: [SnapshotKeeper, SnapshotRecorder, Snapshots, WorkspaceMaking, WorkspaceRecorder],
})
export class SnapshotsModule {}
