import type { ChatStateDto, TurnStateDto } from '../../chat/dto/chat-state.dto';
import type { ContentPart } from '../../chat/entities/message.entity';
import type { ChatEvent } from '../../chat/event-log/chat-event';
import { ChatShareEntity } from './chat-share.entity';
import type { SharedEventDto, SharedStateDto, SharedTurnStateDto } from './share.dto';

/** With the token by which it was opened, which the addresses of pictures have in them. */
export type OpenShare = ChatShareEntity & { readonly token: string };

/** What of a turn is its owner's business. */
const OF_THE_OWNER = ['chatId', 'copiedFrom', 'backend', 'model'] as const;

/** Events that tell of nobody and of no file. */
export const PLAIN_EVENTS: readonly string[] = [
  ...['turn.queued', 'turn.started', 'turn.completed', 'message.created', 'message.delta', 'message.completed'],
  'message.updated',
  ...['reasoning.delta', 'reasoning.completed', 'plan.updated', 'context.omitted', 'context.compacted'],
];

/** Events that tell of the workspace. */
export const WORKSPACE_EVENTS: readonly string[] = [
  ...['item.started', 'item.updated', 'item.completed', 'command.output', 'diff.updated'],
];

/** An event without what tells of users. */
export function sharedEvent(event: ChatEvent, previousSeq: number, token: string): SharedEventDto {
  const { seq, type, turnId, at, data } = event;
  const shown: Record<string, unknown> = { ...data };
  if ('message' in data && typeof data.message === 'object') {
    shown.message = sharedMessage(data.message, token);
  }
  if ('item' in data) shown.item = without(data.item, 'chatId');
  if ('turn' in data) shown.turn = without(data.turn, ...OF_THE_OWNER);
  return { seq, previousSeq, type, turnId, at, data: shown };
}

/** The state of a chat without what tells of users, and without the workspace where the link does not show it. */
export function sharedState(state: ChatStateDto, { workspace, expiresAt, token }: OpenShare): SharedStateDto {
  const { chat, seq, turns, queue, usage, contextWindow, contextTokens, previousCursor } = state;
  const { title, status, createdAt, updatedAt } = chat;
  return {
    chat: { title, status: status === 'idle' ? 'idle' : 'running', createdAt, updatedAt, workspace, expiresAt },
    ...{ seq, turns: turns.map((turn) => sharedTurn(turn, workspace, token)), approvals: [], queue },
    ...{ usage, contextWindow, contextTokens, previousCursor },
  };
}

function sharedTurn(state: TurnStateDto, workspace: boolean, token: string): SharedTurnStateDto {
  const { seq, position, reasoning, plan } = state;
  return {
    ...{ turn: without(state.turn, ...OF_THE_OWNER), seq, position, reasoning, plan, approvals: [] },
    messages: state.messages.map((placed) => ({ seq: placed.seq, message: sharedMessage(placed.message, token) })),
    actions: workspace ? state.actions.map((placed) => ({ ...placed, action: without(placed.action, 'chatId') })) : [],
    diff: workspace ? state.diff : null,
    notices: state.notices.filter(({ type }) => PLAIN_EVENTS.includes(type)),
  };
}

const anonymous = <T extends object>(message: T): Omit<T, 'author' | 'clientMessageId' | 'chatId'> =>
  without(message, 'author', 'clientMessageId', 'chatId');

/** Its pictures are read by the link, too. */
export function sharedMessage<T extends object>(message: T, token: string): ReturnType<typeof anonymous<T>> {
  const shown = anonymous(message);
  if (!('content' in shown) || !Array.isArray(shown.content)) return shown;
  const content = (shown.content as ContentPart[]).map((part) =>
    'blobId' in part ? { ...part, url: `/api/v1/shared/${token}/blobs/${part.blobId}` } : part,
  );
  return { ...shown, content };
}

export function without<T extends object, K extends string>(value: T, ...names: K[]): Omit<T, K> {
  const kept = Object.entries(value).filter(([name]) => !(names as string[]).includes(name));
  return Object.fromEntries(kept) as Omit<T, K>;
}
