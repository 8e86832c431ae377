import { request } from './request';
import type { AgentAction, Answers, Approval, Backend, Chat, ChatChanges, ChatState, Decision } from './types';
import type {
  FoundEntries,
  GivenContent,
  NewChat,
  Page,
  PostedMessage,
  QueueFate,
  SearchHit,
  SteeredMessage,
} from './types';
import type { Template, Terminal, TurnMode } from './types';

/** Turns that a chat is opened with: more of them take longer to be drawn than to be fetched, and come when they are scrolled to. */
const NEWEST_TURNS = 8;

/** The part of the backend's REST interface that this client uses. */
export const relayApi = {
  async listChats(query: {
    archived: boolean;
    projectId: string | null;
    status: Chat['status'] | null;
    pinned: boolean | null;
    limit: number;
    cursor?: string | null;
  }): Promise<Page<Chat>> {
    return (await request('/chats', { query })).json<Page<Chat>>();
  },

  async search(query: { q: string; limit: number; chat?: string }): Promise<Page<SearchHit>> {
    return (await request('/search', { query })).json<Page<SearchHit>>();
  },

  async createChat(body: NewChat): Promise<Chat> {
    return (await request('/chats', { method: 'POST', body })).json<Chat>();
  },

  async getChat(id: string): Promise<Chat> {
    return (await request(`/chats/${id}`)).json<Chat>();
  },

  /** @param before `previousCursor` of the page behind; left out: the newest turns, as many as fill a screen soon */
  async getState(id: string, before?: string): Promise<ChatState> {
    const query = before === undefined ? { turns: NEWEST_TURNS } : { before };
    return (await request(`/chats/${id}/state`, { query })).json<ChatState>();
  },

  async getAction(id: string): Promise<AgentAction> {
    return (await request(`/agent-actions/${id}`)).json<AgentAction>();
  },

  /** All that a turn has changed, as one unified diff. */
  async getTurnDiff(chatId: string, turnId: string): Promise<string> {
    return (await (await request(`/chats/${chatId}/turns/${turnId}/diff`)).json<{ diff: string }>()).diff;
  },

  async updateChat(id: string, body: ChatChanges): Promise<Chat> {
    return (await request(`/chats/${id}`, { method: 'PUT', body })).json<Chat>();
  },

  /** Keeps it at the top of one's own list, or no more. */
  async pinChat(id: string, isPinned: boolean): Promise<void> {
    await request(`/chats/${id}/pin`, { method: isPinned ? 'PUT' : 'DELETE' });
  },

  async deleteChat(id: string): Promise<void> {
    await request(`/chats/${id}`, { method: 'DELETE' });
  },

  /** The same `clientMessageId` again returns the first answer, so this may be repeated after a lost connection. */
  async postMessage(
    chatId: string,
    content: GivenContent[],
    { clientMessageId, mode, effort }: { clientMessageId: string; mode?: TurnMode; effort?: string },
  ): Promise<PostedMessage> {
    const body = { content, clientMessageId, mode, effort };
    return (await request(`/chats/${chatId}/messages`, { method: 'POST', body })).json<PostedMessage>();
  },

  /** Tells the running turn more. Not to be repeated when no answer came: it has no idempotency key. */
  async steer(chatId: string, content: GivenContent[]): Promise<SteeredMessage> {
    return (await request(`/chats/${chatId}/steer`, { method: 'POST', body: { content } })).json<SteeredMessage>();
  },

  /** @param queue what becomes of the messages that wait */
  async interrupt(chatId: string, queue: QueueFate = 'keep'): Promise<void> {
    await request(`/chats/${chatId}/interrupt`, { method: 'POST', body: { queue } });
  },

  /** Has what was said summed up for the model. */
  async compact(chatId: string): Promise<void> {
    await request(`/chats/${chatId}/compact`, { method: 'POST', body: {} });
  },

  /** Has the changes that are not committed reviewed, with these words to it. */
  async review(chatId: string, instructions: string | null): Promise<void> {
    const body = { target: 'uncommitted', ...(instructions && { instructions }) };
    await request(`/chats/${chatId}/review`, { method: 'POST', body });
  },

  /** What the agent has left running. */
  async listTerminals(chatId: string): Promise<Terminal[]> {
    return (await (await request(`/chats/${chatId}/terminals`)).json<{ items: Terminal[] }>()).items;
  },

  async endTerminal(chatId: string, id: string): Promise<void> {
    await request(`/chats/${chatId}/terminals/${id}`, { method: 'DELETE' });
  },

  /** Files and folders of the workspace with this in their names. */
  async findFiles(chatId: string, q: string): Promise<FoundEntries> {
    return (await request(`/chats/${chatId}/workspace/search`, { query: { q } })).json<FoundEntries>();
  },

  async editWaiting(chatId: string, messageId: string, content: string): Promise<void> {
    await request(`/chats/${chatId}/queue/${messageId}`, { method: 'PATCH', body: { content } });
  },

  async removeWaiting(chatId: string, messageId: string): Promise<void> {
    await request(`/chats/${chatId}/queue/${messageId}`, { method: 'DELETE' });
  },

  async sendNow(chatId: string, messageId: string): Promise<void> {
    await request(`/chats/${chatId}/queue/${messageId}/send-now`, { method: 'POST' });
  },

  /** @param expectedVersion of the queue that was shown; null: whatever waits now */
  async orderQueue(chatId: string, messageIds: readonly string[], expectedVersion: string | null): Promise<void> {
    const body = { messageIds, ...(expectedVersion !== null && { expectedVersion }) };
    await request(`/chats/${chatId}/queue/order`, { method: 'PUT', body });
  },

  async releaseQueue(chatId: string): Promise<void> {
    await request(`/chats/${chatId}/queue/release`, { method: 'POST' });
  },

  async answerApproval(
    id: string,
    body: { decision: Decision; answers?: Answers; message?: string },
  ): Promise<Approval> {
    return (await request(`/approvals/${id}`, { method: 'POST', body })).json<Approval>();
  },

  async listTemplates(projectId: string | null): Promise<Template[]> {
    return (await (await request('/templates', { query: { projectId } })).json<Page<Template>>()).data;
  },

  async listBackends(): Promise<Backend[]> {
    return (await (await request('/backends')).json<Page<Backend>>()).data;
  },
};
