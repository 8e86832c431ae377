import { Module } from '@nestjs/common';
import { ContractsModule } from '../../contracts/contracts.module';
import { SessionSocket } from './session-socket';
import { SessionsController } from './sessions.controller';

/** The contract of the first of the existing backends: sessions over REST, and a WebSocket for what is said in one. */
@Module({ imports: [ContractsModule], controllers: [SessionsController], providers: [SessionSocket] })
export class SessionsContractModule {}
