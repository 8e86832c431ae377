import { Module } from '@nestjs/common';
import { ContractsModule } from '../../contracts/contracts.module';
import { WorkspacesModule } from '../../workspaces/workspaces.module';
import { McpController } from './mcp.controller';
import { McpHandler } from './mcp-handler';
import { McpTools } from './mcp-tools';
import { ProtectedResource } from './protected-resource';
import { ProtectedResourceController } from './protected-resource.controller';
import { RunningCalls } from './running-calls';
import { TurnWaits } from './turn-waits';
import { WorkspaceFiles } from './workspace-files';

/** The agent as an MCP server. */
@Module({
  imports: [ContractsModule, WorkspacesModule],
  controllers: [McpController, ProtectedResourceController],
  providers: [McpHandler, McpTools, ProtectedResource, RunningCalls, TurnWaits, WorkspaceFiles],
})
export class McpServerModule {}
