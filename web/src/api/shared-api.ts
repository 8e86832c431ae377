import { request } from './request';
import type { AgentAction, ChatState, SharedState } from './types';

/** A chat as its link shows it; nobody signs in for it. */
export const sharedApi = {
  async state(token: string, before?: string): Promise<SharedState> {
    return (await request(`/shared/${token}/state`, { query: { before } })).json<SharedState>();
  },
  async action(token: string, id: string): Promise<AgentAction> {
    const action = await (await request(`/shared/${token}/agent-actions/${id}`)).json<Omit<AgentAction, 'chatId'>>();
    return { ...action, chatId: '' } as AgentAction;
  },
  async turnDiff(token: string, turnId: string): Promise<string> {
    return (await (await request(`/shared/${token}/turns/${turnId}/diff`)).json<{ diff: string }>()).diff;
  },
};

type Turns = Pick<ChatState, 'seq' | 'turns' | 'usage' | 'contextWindow' | 'contextTokens' | 'previousCursor'>;

/** In the shape of the state for members: what a link keeps to itself is empty. */
export function asChatState({ turns, ...shown }: SharedState): Turns {
  const { seq, usage, contextWindow, contextTokens, previousCursor } = shown;
  return {
    ...{ seq, usage, contextWindow, contextTokens, previousCursor },
    turns: turns.map((each) => ({
      ...each,
      turn: { ...each.turn, chatId: '', copiedFrom: null, backend: null, model: null },
      messages: each.messages.map((placed) => ({
        ...placed,
        message: { ...placed.message, chatId: '', clientMessageId: null, author: null as never },
      })),
      actions: each.actions.map((placed) => ({
        ...placed,
        action: { ...placed.action, chatId: '' } as AgentAction,
      })),
    })),
  };
}
