import { Injectable } from '@nestjs/common';
import { Access, AccessLevel } from '../access/access';
import type { User } from '../auth/user';
import { ChatDirectory } from '../chat/chat-directory';
import type { McpServer } from './catalog/mcp-server';
import { OperatorServers } from './catalog/operator-servers';
import { McpDirectory } from './mcp-directory';
import { McpServerRows, serverOfRow } from './mcp-server-rows';
import { ChatMcpServersDto, McpServerDto, McpServersDto, toMcpServerDto } from './mcp-server.dto';
import { McpServerEntity } from './mcp-server.entity';
import { McpGrants } from './oauth/mcp-grants';
import { ServerStates } from './server-states';

/** The servers as they are shown to their users. */
@Injectable()
export class McpCatalog {
  constructor(
    private readonly operator: OperatorServers,
    private readonly rows: McpServerRows,
    private readonly directory: McpDirectory,
    private readonly grants: McpGrants,
    private readonly states: ServerStates,
    private readonly chats: ChatDirectory,
    private readonly access: Access,
  ) {}

  /** The operator's, the user's own, and those of a project that the user may read. @throws DomainError `project_not_found` */
  async list(user: User, projectId: string | undefined): Promise<McpServersDto> {
    if (projectId !== undefined) await this.access.requireProject(user, projectId, 'read');
    const signedIn = await this.grants.serversOf(user.id);
    const rows = await this.rows.list(user.id, projectId);
    return {
      data: [
        ...this.operator.list().map((server) => shown(server, undefined, signedIn)),
        ...rows.map((row) => shown(serverOfRow(row), row, signedIn)),
      ],
    };
  }

  /** @throws DomainError `mcp_server_not_found` */
  async get(user: User, id: string): Promise<McpServerDto> {
    const signedIn = await this.grants.serversOf(user.id);
    const server = this.operator.find(id);
    if (server !== undefined) return shown(server, undefined, signedIn);
    const row = await this.rows.find(user, id, 'read');
    return shown(serverOfRow(row), row, signedIn);
  }

  async view(user: User, row: McpServerEntity): Promise<McpServerDto> {
    return shown(serverOfRow(row), row, await this.grants.serversOf(user.id));
  }

  /** A server that the user can use. @param level that is needed where it is a project's @throws DomainError `mcp_server_not_found`, `read_only` */
  async server(user: User, id: string, level: AccessLevel = 'read'): Promise<McpServer> {
    return this.operator.find(id) ?? serverOfRow(await this.rows.find(user, id, level));
  }

  /** What there is for a chat, and how it does there. @throws DomainError `chat_not_found` */
  async ofChat(user: User, chatId: string): Promise<ChatMcpServersDto> {
    const chat = await this.chats.find(user, chatId, 'read');
    const offered = await this.directory.ofChat(user.id, chat.projectId, chat.mcpServers);
    const data = offered.map(({ server, isOn }) => {
      const { id, name, scope, mode, description } = server;
      return { id, name, scope, mode, description, isOn, ...this.states.of(chat.id, id) };
    });
    return { data };
  }
}

function shown(server: McpServer, row: McpServerEntity | undefined, signedIn: ReadonlySet<string>): McpServerDto {
  const { auth } = server;
  const hasBearerToken = row === undefined ? auth.kind === 'bearer' : row.secret !== null;
  return toMcpServerDto(server, {
    ...{ projectId: row?.projectId ?? null, hasBearerToken, isSignedIn: signedIn.has(server.id) },
  });
}
