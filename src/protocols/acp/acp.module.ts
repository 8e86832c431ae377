import { Module } from '@nestjs/common';
import { ChatModule } from '../../chat/chat.module';
import { ContractsModule } from '../../contracts/contracts.module';
import { AcpEndpoint } from './acp-endpoint';
import { AcpServices } from './acp-services';

/** The agent for editors, by the Agent Client Protocol. */
@Module({ imports: [ChatModule, ContractsModule], providers: [AcpEndpoint, AcpServices] })
export class AcpModule {}
