import type { AgentAction, ChatEvent, EventOf, Message } from '../api/types';
import { type NoticeLevel, textOf, type TurnView } from './chat-view';
import { appendText, changePart, putPart, withoutPart } from './turn-parts';

/** Longest command output kept while the command runs; its completion brings the output the server has stored. */
const MAX_LIVE_OUTPUT_CHARS = 200_000;

/** Folds one event into the turn it belongs to. */
export function reduceTurn(turn: TurnView, event: ChatEvent): TurnView {
  switch (event.type) {
    case 'turn.queued':
    case 'turn.started':
    case 'turn.completed':
      return reduceLifecycle(turn, event);
    case 'message.created':
    case 'message.completed':
      return putMessage(turn, event.data.message, event.seq);
    case 'message.delta':
      return appendText(turn, 'text', event.data.messageId, event.data.delta);
    case 'reasoning.delta':
      return appendText(turn, 'reasoning', event.data.itemId, event.data.delta);
    case 'reasoning.completed':
      if (event.data.superseded) return withoutPart(turn, 'reasoning', event.data.itemId);
      return putPart(turn, { kind: 'reasoning', id: event.data.itemId, text: event.data.text });
    default:
      return reduceWork(turn, event);
  }
}

function reduceLifecycle(
  turn: TurnView,
  event: EventOf<'turn.queued'> | EventOf<'turn.started'> | EventOf<'turn.completed'>,
): TurnView {
  const { status, error, usage, startedAt, endedAt } = event.data.turn;
  if (event.type !== 'turn.completed') {
    const turnsBefore = event.type === 'turn.queued' ? event.data.position : 0;
    return { ...turn, status, turnsBefore, error, usage, startedAt, endedAt };
  }
  const end = event.data;
  const parts = withoutNotice(turn.parts, end.error?.message);
  const times = { startedAt, endedAt: endedAt ?? event.at };
  return { ...turn, ...times, parts, status: end.status, error: end.error, usage: end.usage };
}

/** The error that ended a turn is shown as its end; codex tells of it right before, too. */
function withoutNotice(parts: TurnView['parts'], text: string | undefined): TurnView['parts'] {
  return parts.filter((part) => part.kind !== 'notice' || part.level !== 'error' || part.text !== text);
}

/** Folds what the agent does besides talking: its steps, plan, questions and troubles. */
function reduceWork(turn: TurnView, event: ChatEvent): TurnView {
  switch (event.type) {
    case 'item.started':
    case 'item.updated':
    case 'item.completed':
      return putAction(turn, event.data.item);
    case 'command.output':
      return appendOutput(turn, event.data.itemId, event.data.delta);
    case 'plan.updated':
      return putPart(turn, { kind: 'plan', id: 'plan', explanation: event.data.explanation, steps: event.data.plan });
    case 'diff.updated':
      return { ...turn, diff: event.data.diff };
    case 'approval.requested':
    case 'approval.resolved':
      return putPart(turn, { kind: 'approval', id: event.data.approval.id, approval: event.data.approval });
    case 'usage.updated':
      return { ...turn, usage: event.data.usage };
    case 'context.omitted':
    case 'context.compacted':
      return putNotice(turn, event.seq, 'info', event.data.message, false);
    case 'warning':
      return putNotice(turn, event.seq, 'warning', event.data.message, false);
    case 'error':
      return putNotice(turn, event.seq, 'error', event.data.message, event.data.willRetry);
    default:
      return turn; // A type this client does not know yet.
  }
}

function putMessage(turn: TurnView, message: Message, seq: number): TurnView {
  if (message.role === 'user') return putPart(turn, { kind: 'user', id: message.id, message, seq });
  if (message.status === 'superseded') return withoutPart(turn, 'text', message.id);
  return putPart(turn, { kind: 'text', id: message.id, text: textOf(message) });
}

function putAction(turn: TurnView, action: AgentAction): TurnView {
  const known = turn.parts.find((part) => part.kind === 'action' && part.id === action.id);
  return putPart(turn, { kind: 'action', id: action.id, action: keepOutput(known, action) });
}

/** While a command runs its output travels as deltas, so an update of the item may come without it. */
function keepOutput(known: TurnView['parts'][number] | undefined, action: AgentAction): AgentAction {
  if (known?.kind !== 'action' || known.action.kind !== 'command' || action.kind !== 'command') return action;
  if (action.data.output) return action;
  return { ...action, data: { ...action.data, output: known.action.data.output } };
}

function appendOutput(turn: TurnView, itemId: string, delta: string): TurnView {
  return changePart(turn, 'action', itemId, (part) => {
    if (part.action.kind !== 'command') return part;
    const output = (part.action.data.output + delta).slice(-MAX_LIVE_OUTPUT_CHARS);
    return { ...part, action: { ...part.action, data: { ...part.action.data, output } } };
  });
}

function putNotice(turn: TurnView, seq: number, level: NoticeLevel, text: string, willRetry: boolean) {
  return putPart(turn, { kind: 'notice', id: String(seq), level, text, willRetry });
}
