import { Module } from '@nestjs/common';
import { ContractsModule } from '../../contracts/contracts.module';
import { ExecController } from './exec.controller';
import { ExecHistoryController } from './exec-history.controller';
import { ExecStreams } from './exec-streams';
import { ExecTurns } from './exec-turns';

/** `codex exec` over HTTP, as an existing backend offers it. */
@Module({
  imports: [ContractsModule],
  controllers: [ExecController, ExecHistoryController],
  providers: [ExecStreams, ExecTurns],
})
export class ExecModule {}
