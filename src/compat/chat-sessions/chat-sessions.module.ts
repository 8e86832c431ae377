import { Module } from '@nestjs/common';
import { ContractsModule } from '../../contracts/contracts.module';
import { ChatStream } from './chat-stream';

/** What the contract of the third of the existing backends has beside the service's own API, whose paths it shares. */
@Module({ imports: [ContractsModule], providers: [ChatStream] })
export class ChatSessionsContractModule {}
