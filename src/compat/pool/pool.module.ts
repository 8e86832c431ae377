import { Module } from '@nestjs/common';
import { ContractsModule } from '../../contracts/contracts.module';
import { RealtimeModule } from '../../realtime/realtime.module';
import { PoolThreadsController } from './pool-threads.controller';
import { PoolSocket } from './pool.socket';
import { PoolStreams } from './pool-streams';
import { PoolSubscriptions } from './pool-subscriptions';
import { PoolThreads } from './pool-threads';

/** A pool of app-servers as an existing backend has it. */
@Module({
  imports: [ContractsModule, RealtimeModule],
  controllers: [PoolThreadsController],
  providers: [PoolSocket, PoolStreams, PoolSubscriptions, PoolThreads],
})
export class PoolContractModule {}
