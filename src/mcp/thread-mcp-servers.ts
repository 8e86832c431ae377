import { Injectable } from '@nestjs/common';
import type { McpConnection } from '../app-server/agent/mcp-connection';
import type { User } from '../auth/user';
import type { ChatEntity } from '../chat/entities/chat.entity';
import type { TurnEntity } from '../chat/entities/turn.entity';
import { ChatMcpServers } from '../chat/turns/chat-mcp-servers';
import { invalid } from '../common/domain.error';
import { PoolConfig } from '../config/pool.config';
import { ModelEndpoint } from '../runtime/model-endpoint';
import type { McpServer } from './catalog/mcp-server';
import { McpDirectory } from './mcp-directory';
import { McpBindings } from './proxy/mcp-bindings';
import { MCP_PATH } from './proxy/mcp-endpoint';
import { ServerStates } from './server-states';

/** A server that failed is asked again by the next turn after so long: its thread is opened anew for that. */
const RETRY_MS = 15_000;

/** Gives each turn's thread the servers of its chat and of who has written, at this service's own address. */
@Injectable()
export class ThreadMcpServers extends ChatMcpServers {
  constructor(
    private readonly directory: McpDirectory,
    private readonly bindings: McpBindings,
    private readonly states: ServerStates,
    private readonly endpoint: ModelEndpoint,
    private readonly pool: PoolConfig,
  ) {
    super();
  }

  async requireKnown(user: User, projectId: string, ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return;
    const known = (await this.directory.offered(user.id, projectId)).map(({ id }) => id);
    const other = ids.find((id) => !known.includes(id));
    if (other === undefined) return;
    const there = known.length === 0 ? 'there are none' : `there are: ${known.join(', ')}`;
    throw invalid('unknown_mcp_server', `There is no MCP server "${other}" for this chat; ${there}.`);
  }

  async connections(chat: ChatEntity, turn: TurnEntity, workspace: string): Promise<readonly McpConnection[]> {
    const authorId = turn.authorId ?? chat.userId;
    const offered = await this.directory.ofChat(authorId, chat.projectId, chat.mcpServers);
    const servers = offered.filter(({ isOn }) => isOn).map(({ server }) => server);
    if (servers.length === 0) return [];
    for (const { id } of servers) {
      if (this.states.failedBefore(chat.id, id, RETRY_MS)) this.bindings.askAgain(authorId, id);
    }
    const caller = { chatId: chat.id, ownerId: chat.userId, authorId, workspace, mayWrite: this.mayWrite(chat) };
    const { token } = this.bindings.bind(caller, servers);
    return servers.map((server) => this.connectionTo(server, token));
  }

  failureOf(chatId: string, name: string): string | undefined {
    return this.states.failureOf(chatId, name);
  }

  private mayWrite(chat: ChatEntity): boolean {
    const { effective } = this.pool.sandboxCeiling.permissionsFor(chat);
    return effective.sandboxMode !== 'read-only';
  }

  private connectionTo(server: McpServer, token: string): McpConnection {
    const { name, mode, enabledTools, approval, startupTimeoutSeconds, toolTimeoutSeconds } = server;
    const url = new URL(`${MCP_PATH}${name}`, this.endpoint.baseUrl).href;
    const isRequired = mode === 'required';
    return { name, url, token, isRequired, enabledTools, approval, startupTimeoutSeconds, toolTimeoutSeconds };
  }
}
