import { request } from './request';
import type { BranchWithMessage, Chat, Page, Restored } from './types';

/** Branches of a chat, and its files of earlier turns. */
export const branchesApi = {
  /** The chats that branched off from one another, the newest first. */
  async list(chatId: string): Promise<Chat[]> {
    return (await (await request(`/chats/${chatId}/branches`, { query: { limit: 100 } })).json<Page<Chat>>()).data;
  },

  async fork(chatId: string, afterTurnId: string): Promise<string> {
    const answer = await request(`/chats/${chatId}/fork`, { method: 'POST', body: { afterTurnId } });
    return (await answer.json<{ chat: Chat }>()).chat.id;
  },

  async edit(chatId: string, messageId: string, content: string): Promise<string> {
    const path = `/chats/${chatId}/messages/${messageId}/edit`;
    return (await (await request(path, { method: 'POST', body: { content } })).json<BranchWithMessage>()).chat.id;
  },

  /** @param other what answers instead; left out: what has answered before */
  async retry(chatId: string, turnId: string, other: { backend?: string; model?: string } = {}): Promise<string> {
    const path = `/chats/${chatId}/turns/${turnId}/retry`;
    return (await (await request(path, { method: 'POST', body: other })).json<BranchWithMessage>()).chat.id;
  },

  /** Brings the files back to what they were after the turn, or tells what that would change. */
  async restore(chatId: string, body: { turnId: string; preview?: boolean }): Promise<Restored> {
    return (await request(`/chats/${chatId}/restore`, { method: 'POST', body })).json<Restored>();
  },
};
