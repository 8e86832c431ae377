import type { Turn } from '../protocol/generated/v2/Turn';
import { AgentFailure, agentFailure } from './agent-failure';
import { contentOf, UserMessage } from './agent-message';

/** A turn as codex itself records it. */
export interface AgentTurn {
  readonly id: string;
  readonly status: 'running' | 'completed' | 'interrupted' | 'failed';
  /** Why it failed; null for one that did not. */
  readonly failure: AgentFailure | null;
  /** What codex was sent in the turn, in order. */
  readonly userMessages: readonly UserMessage[];
  /** The texts of the agent's messages, in order; null where the record was read, or came, without its items. */
  readonly texts: readonly string[] | null;
  /** The plans that the agent has proposed, which are no messages of codex; none where the items are left out. */
  readonly plans: readonly string[];
}

export function agentTurn({ id, status, error, items, itemsView }: Turn): AgentTurn {
  return {
    id,
    status: status === 'inProgress' ? 'running' : status,
    failure: status === 'failed' ? agentFailure(error) : null,
    userMessages: items.flatMap((item) =>
      item.type === 'userMessage' && item.clientId !== null
        ? [{ id: item.clientId, content: contentOf(item.content) }]
        : [],
    ),
    plans: items.flatMap((item) => (item.type === 'plan' ? [item.text] : [])),
    texts: itemsView === 'full' ? items.flatMap((item) => (item.type === 'agentMessage' ? [item.text] : [])) : null,
  };
}
