import type { ChatEvent, EventOf, Message } from '../api/types';
import { type ChatView, newTurn, type TurnView } from './chat-view';
import { withoutPart } from './turn-parts';
import { reduceTurn } from './turn-reducer';

/** With these, and no others, the log tells of a turn first. */
const BEGINNINGS: ReadonlySet<string> = new Set(['message.created', 'turn.queued', 'turn.started']);

export interface Applied {
  view: ChatView;
  /** Events are missing before the next one: what came after the hole is left out, to be asked for again. */
  gap: boolean;
}

/**
 * Folds events into the view. A repeated `seq` is dropped. Each event names the number of the one before it that the log
 * still has; one whose predecessor is unknown tells that an event was lost.
 */
export function applyEvents(view: ChatView, events: readonly ChatEvent[]): Applied {
  let next = view;
  for (const event of events) {
    if (event.seq <= next.lastSeq) continue;
    // What is before the beginning of a truncated log is in no log any more.
    if (event.previousSeq > next.lastSeq || event.type === 'log.truncated') return { view: next, gap: true };
    next = applyEvent(next, event);
  }
  return { view: next, gap: false };
}

function applyEvent(view: ChatView, event: ChatEvent): ChatView {
  if (event.type === 'queue.changed') return { ...queueChanged(view, event.data), lastSeq: event.seq };
  if (event.type === 'message.updated')
    return { ...messageUpdated(view, event.data.message, event), lastSeq: event.seq };
  const isOther = event.type === 'turn.queued' || event.type === 'turn.started' || event.type === 'turn.completed';
  const changed = reduceEvent(view, event);
  return isOther ? { ...changed, queueVersion: null } : changed;
}

/** The turns that wait come in the order that they have now, in the places that they have had. */
function queueChanged(view: ChatView, { held, version, turnIds }: EventOf<'queue.changed'>['data']): ChatView {
  const places = view.turns.filter(({ status }) => status === 'queued');
  const rank = new Map(turnIds.map((id, index) => [id, index]));
  const ordered = [...places].sort((a, b) => (rank.get(a.id) ?? Infinity) - (rank.get(b.id) ?? Infinity)).values();
  const turns = view.turns.map((turn) => (turn.status === 'queued' ? (ordered.next().value ?? turn) : turn));
  return { ...view, turns, isHeld: held, queueVersion: version };
}

/** One that waits says something else, or is of the turn that runs from now on. */
function messageUpdated(view: ChatView, message: Message, event: ChatEvent): ChatView {
  const turns = view.turns.map((turn) => (turn.id === message.turnId ? turn : withoutPart(turn, 'user', message.id)));
  return reduceTurnOf({ ...view, turns }, event);
}

function reduceEvent(view: ChatView, event: ChatEvent): ChatView {
  const next = reduceTurnOf(view, event);
  if (event.type !== 'usage.updated') return { ...next, lastSeq: event.seq };
  const { chatUsage, contextWindow, contextTokens = null } = event.data;
  const window = contextWindow ?? view.contextWindow;
  return { ...next, lastSeq: event.seq, usage: chatUsage, contextWindow: window, contextTokens };
}

function reduceTurnOf(view: ChatView, event: ChatEvent): ChatView {
  const turnId = turnIdOf(view, event);
  const index = view.turns.findLastIndex((turn) => turn.id === turnId);
  // Of a turn of an earlier page, which has all of it when it is read.
  if (index < 0 && view.previousCursor !== null && !BEGINNINGS.has(event.type)) return view;
  const before = view.turns[index] ?? outsideOfTurns(turnId, event);
  const after = reduceTurn(before, event);
  if (after === before) return view;
  return { ...view, turns: index < 0 ? [...view.turns, after] : view.turns.with(index, after) };
}

/** A notice that belongs to no turn is shown where it happened: at the turn that was last then. */
function turnIdOf(view: ChatView, event: ChatEvent): string {
  if (event.type === 'message.created' || event.type === 'message.completed' || event.type === 'message.updated') {
    return event.data.message.turnId;
  }
  return event.turnId ?? view.turns.at(-1)?.id ?? 'chat';
}

function outsideOfTurns(turnId: string, event: ChatEvent): TurnView {
  const turn = newTurn(turnId);
  return event.turnId === null && turnId === 'chat' ? { ...turn, status: 'completed' } : turn;
}
