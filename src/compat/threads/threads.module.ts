import { Module } from '@nestjs/common';
import { ContractsModule } from '../../contracts/contracts.module';
import { SessionLimit } from './session-limit';
import { ThreadTurns } from './thread-turns';
import { ThreadsController } from './threads.controller';

/** The contract of the second of the existing backends: threads over REST and event streams. */
@Module({ imports: [ContractsModule], controllers: [ThreadsController], providers: [ThreadTurns, SessionLimit] })
export class ThreadsContractModule {}
