import { Module } from '@nestjs/common';
import { BranchesModule } from '../../branches/branches.module';
import { ContractsModule } from '../../contracts/contracts.module';
import { UiStreamController } from './ui-stream.controller';
import { UiTurns } from './ui-turns';

/** Chats for `useChat` of the AI SDK. */
@Module({
  imports: [BranchesModule, ContractsModule],
  controllers: [UiStreamController],
  providers: [UiTurns],
})
export class UiStreamModule {}
