import type { AgentAction, Approval, ChatEvent, EventOf, Message } from '../api/types';
import { isPlan, noticeLevel, textOf, type TurnView } from './chat-view';
import { appendText, changePart, putPart, withoutNotice, withoutPart } from './turn-parts';

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
    case 'message.updated':
      return putMessage(turn, event.data.message, event.seq);
    case 'message.delta':
      return appendText(turn, 'text', { id: event.data.messageId, delta: event.data.delta, seq: event.seq });
    case 'reasoning.delta':
      return appendText(turn, 'reasoning', { id: event.data.itemId, delta: event.data.delta, seq: event.seq });
    case 'reasoning.completed':
      return endReasoning(turn, event);
    default:
      return reduceWork(turn, event);
  }
}

/** A thought has its place by its end, as the server tells of it when its beginning is in no log any more. */
function endReasoning(turn: TurnView, { seq, data }: EventOf<'reasoning.completed'>): TurnView {
  const rest = withoutPart(turn, 'reasoning', data.itemId);
  return data.superseded ? rest : putPart(rest, { kind: 'reasoning', id: data.itemId, text: data.text, seq });
}

function reduceLifecycle(
  turn: TurnView,
  event: EventOf<'turn.queued'> | EventOf<'turn.started'> | EventOf<'turn.completed'>,
): TurnView {
  const { status, error, usage, startedAt, endedAt, kind, backend, model } = event.data.turn;
  const run = { kind, backend, model };
  if (event.type !== 'turn.completed') {
    const turnsBefore = event.type === 'turn.queued' ? event.data.position : 0;
    return { ...turn, ...run, status, turnsBefore, error, usage, startedAt, endedAt };
  }
  const end = event.data;
  const parts = withoutNotice(turn.parts, end.error?.message);
  const times = { startedAt, endedAt: endedAt ?? event.at };
  return { ...turn, ...run, ...times, parts, turnsBefore: 0, status: end.status, error: end.error, usage: end.usage };
}

/** Folds what the agent does besides talking: its steps, plan, questions and troubles. */
function reduceWork(turn: TurnView, event: ChatEvent): TurnView {
  switch (event.type) {
    case 'item.started':
    case 'item.updated':
    case 'item.completed':
      return putAction(turn, event.data.item, event.seq);
    case 'command.output':
      return appendOutput(turn, event.data.itemId, event.data.delta);
    case 'plan.updated':
      return putPlan(turn, event);
    case 'diff.updated':
      return { ...turn, diff: { text: event.data.diff, truncated: false, files: null } };
    case 'approval.requested':
    case 'approval.resolved':
      return putApproval(turn, event.data.approval, event.seq);
    case 'usage.updated':
      return { ...turn, usage: event.data.usage };
    case 'context.omitted':
    case 'context.compacted':
    case 'warning':
    case 'error':
      return putNotice(turn, event);
    default:
      return turn; // A type this client does not know yet.
  }
}

function putMessage(turn: TurnView, message: Message, seq: number): TurnView {
  if (message.role === 'user') return putPart(turn, { kind: 'user', id: message.id, message, seq });
  if (message.status === 'superseded') return withoutPart(turn, 'text', message.id);
  return putPart(turn, { kind: 'text', id: message.id, text: textOf(message), isPlan: isPlan(message), seq });
}

function putAction(turn: TurnView, action: AgentAction, seq: number): TurnView {
  const known = turn.parts.find((part) => part.kind === 'action' && part.id === action.id);
  return putPart(turn, { kind: 'action', id: action.id, action: keepOutput(known, action), cut: null, seq });
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

function putPlan(turn: TurnView, { seq, data }: EventOf<'plan.updated'>): TurnView {
  return putPart(turn, { kind: 'plan', id: 'plan', explanation: data.explanation, steps: data.plan, seq });
}

function putApproval(turn: TurnView, approval: Approval, seq: number): TurnView {
  return putPart(turn, { kind: 'approval', id: approval.id, approval, seq });
}

type NoticeEvent = EventOf<'context.omitted' | 'context.compacted' | 'warning' | 'error'>;

function putNotice(turn: TurnView, { type, seq, data }: NoticeEvent): TurnView {
  const willRetry = 'willRetry' in data && data.willRetry;
  return putPart(turn, {
    kind: 'notice',
    id: String(seq),
    level: noticeLevel(type),
    text: data.message,
    willRetry,
    seq,
  });
}
