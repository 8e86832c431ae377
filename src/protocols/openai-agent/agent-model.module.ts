import { Module } from '@nestjs/common';
import { BranchesModule } from '../../branches/branches.module';
import { ChatModule } from '../../chat/chat.module';
import { ContractsModule } from '../../contracts/contracts.module';
import { GatewayModule } from '../../gateway/gateway.module';
import { AgentModels } from './agent-models';
import { AgentTurns } from './agent-turns';
import { KnownConversations } from './known-conversations';

/** The agent as a model of `/v1`. */
@Module({
  imports: [BranchesModule, ChatModule, ContractsModule, GatewayModule],
  providers: [AgentModels, AgentTurns, KnownConversations],
})
export class AgentModelModule {}
