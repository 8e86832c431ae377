import { BeforeApplicationShutdown, Global, Module } from '@nestjs/common';
import { ChatModule } from '../chat/chat.module';
import { ChatMcpServers } from '../chat/turns/chat-mcp-servers';
import { GatewayModule } from '../gateway/gateway.module';
import { OperatorServers } from './catalog/operator-servers';
import { ChatMcpServersController } from './chat-mcp-servers.controller';
import { McpCatalog } from './mcp-catalog';
import { McpCredentials } from './mcp-credentials';
import { McpDirectory } from './mcp-directory';
import { McpServerRows } from './mcp-server-rows';
import { McpServersController } from './mcp-servers.controller';
import { HostGuard } from './net/host-guard';
import { McpGrants } from './oauth/mcp-grants';
import { McpSignIn } from './oauth/mcp-sign-in';
import { LinkFactory } from './proxy/link-factory';
import { McpBindings } from './proxy/mcp-bindings';
import { McpEndpoint } from './proxy/mcp-endpoint';
import { ServerCheck } from './proxy/server-check';
import { ServerStates } from './server-states';
import { ServerSandbox } from './stdio/server-sandbox';
import { StdioPlaces } from './stdio/stdio-places';
import { ThreadMcpServers } from './thread-mcp-servers';

/** MCP servers of the operator, of projects and of users. Chats get theirs by ChatMcpServers. */
@Global()
@Module({
  imports: [ChatModule, GatewayModule],
  controllers: [McpServersController, ChatMcpServersController],
  providers: [
    ...[OperatorServers, McpServerRows, McpDirectory, McpCatalog, McpCredentials, McpGrants, McpSignIn],
    ...[HostGuard, LinkFactory, McpBindings, McpEndpoint, ServerStates, ServerCheck, ServerSandbox, StdioPlaces],
    ...[ThreadMcpServers, { provide: ChatMcpServers, useExisting: ThreadMcpServers }],
  ],
  exports: [ChatMcpServers, McpEndpoint],
})
export class McpModule implements BeforeApplicationShutdown {
  constructor(private readonly bindings: McpBindings) {}

  beforeApplicationShutdown(): void {
    this.bindings.close();
  }
}
