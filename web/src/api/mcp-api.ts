import { request } from './request';
import type {
  ChatMcpServer,
  McpAuthorization,
  McpServer,
  McpServerChanges,
  McpState,
  NewMcpServer,
  Page,
} from './types';

const at = (id: string): string => `/mcp-servers/${encodeURIComponent(id)}`;

/** MCP servers of the operator, of projects and of one's own over the REST interface. */
export const mcpApi = {
  /** @param projectId with those of this project; null: the operator's, and one's own */
  async list(projectId: string | null): Promise<McpServer[]> {
    return (await (await request('/mcp-servers', { query: { projectId } })).json<Page<McpServer>>()).data;
  },
  /** With their state and tools, as the chat has used them. */
  async ofChat(chatId: string): Promise<ChatMcpServer[]> {
    return (await (await request(`/chats/${chatId}/mcp-servers`)).json<Page<ChatMcpServer>>()).data;
  },
  async create(body: NewMcpServer): Promise<McpServer> {
    return (await request('/mcp-servers', { method: 'POST', body })).json<McpServer>();
  },
  /** What is left out stays; another address has no token and no sign-ins. */
  async change(id: string, body: McpServerChanges): Promise<McpServer> {
    return (await request(at(id), { method: 'PATCH', body })).json<McpServer>();
  },
  async remove(id: string): Promise<void> {
    await request(at(id), { method: 'DELETE' });
  },
  /** Asks it for its tools; may take half a minute. */
  async check(id: string): Promise<McpState> {
    return (await request(`${at(id)}/check`, { method: 'POST' })).json<McpState>();
  },
  /** Where one signs in to it. */
  async authorize(id: string): Promise<McpAuthorization> {
    return (await request(`${at(id)}/authorize`, { method: 'POST' })).json<McpAuthorization>();
  },
  async signOut(id: string): Promise<void> {
    await request(`${at(id)}/authorization`, { method: 'DELETE' });
  },
};
