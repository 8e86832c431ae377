import { Module } from '@nestjs/common';
import { ChatModule } from '../chat/chat.module';
import { GatewayModule } from '../gateway/gateway.module';
import { SnapshotsModule } from '../snapshots/snapshots.module';
import { BranchMaker } from './branch-maker';
import { BranchWorkspace } from './branch-workspace';
import { Branches } from './branches';
import { BranchesController } from './branches.controller';

/** Chats that branch off from others, with their files. */
@Module({
  imports: [ChatModule, GatewayModule, SnapshotsModule],
  controllers: [BranchesController],
  providers: [BranchMaker, BranchWorkspace, Branches],
  exports: [Branches],
})
export class BranchesModule {}
