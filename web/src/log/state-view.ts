import type { AgentAction, ChatState, TurnState } from '../api/types';
import { type ChatView, isActive, noticeLevel, isPlan, textOf, type TurnPart, type TurnView } from './chat-view';
import { changePart, withoutNotice } from './turn-parts';

/** What a view is made of. */
export interface ShownState extends Pick<
  ChatState,
  'seq' | 'turns' | 'usage' | 'contextWindow' | 'contextTokens' | 'previousCursor'
> {
  /** Left out for who may not change the queue. */
  queueVersion?: string;
  chat?: { queueHeld?: boolean };
}

/** A chat as the server tells of it at one number of its log: events behind that number go on from it. */
export function viewOf(state: ShownState): ChatView {
  const { seq, turns, usage, contextWindow, contextTokens, previousCursor, queueVersion = null, chat } = state;
  const queue = { queueVersion, isHeld: chat?.queueHeld ?? false };
  return { lastSeq: seq, turns: turns.map(turnViewOf), usage, contextWindow, contextTokens, previousCursor, ...queue };
}

/**
 * Puts earlier turns before those that are shown. What is shown already stays as it is: it may be newer, and the turns of an
 * earlier page have ended.
 */
export function withEarlier(view: ChatView, { turns, previousCursor }: ShownState): ChatView {
  const shown = new Set(view.turns.map(({ id }) => id));
  const earlier = turns.filter(({ turn }) => !shown.has(turn.id)).map(turnViewOf);
  return { ...view, turns: [...earlier, ...view.turns], previousCursor };
}

/**
 * The chat read anew, after events were missed. Earlier pages that are shown stay where the new page goes on from them.
 */
export function refreshed(view: ChatView, state: ShownState): ChatView {
  const fresh = viewOf(state);
  const first = fresh.turns[0]?.id;
  const kept = view.turns.findIndex(({ id }) => id === first);
  if (kept <= 0 || view.turns.slice(0, kept).some(isActive)) return fresh;
  return { ...fresh, turns: [...view.turns.slice(0, kept), ...fresh.turns], previousCursor: view.previousCursor };
}

/** Puts all of an action in the place of its preview; one that has changed meanwhile is all there. */
export function withWholeAction(view: ChatView, action: AgentAction): ChatView {
  return changeTurn(view, action.turnId, (turn) =>
    changePart(turn, 'action', action.id, (part) => (part.cut === null ? part : { ...part, action, cut: null })),
  );
}

/** Puts all of a turn's diff in the place of its preview. */
export function withWholeDiff(view: ChatView, turnId: string, text: string): ChatView {
  const diff = { text, truncated: false, files: null };
  return changeTurn(view, turnId, (turn) => (turn.diff?.truncated ? { ...turn, diff } : turn));
}

function changeTurn(view: ChatView, turnId: string, change: (turn: TurnView) => TurnView): ChatView {
  return { ...view, turns: view.turns.map((turn) => (turn.id === turnId ? change(turn) : turn)) };
}

function turnViewOf(state: TurnState): TurnView {
  const { id, status, error, usage, startedAt, endedAt, kind, backend, model } = state.turn;
  const diff = state.diff && { text: state.diff.diff, truncated: state.diff.truncated, files: state.diff.files };
  const parts = partsOf(state).sort((a, b) => a.seq - b.seq);
  const shown = withoutNotice(parts, error?.message);
  return {
    ...{ id, status, turnsBefore: state.position, error, usage, kind, backend, model },
    ...{ startedAt, endedAt, parts: shown, diff },
  };
}

function partsOf(state: TurnState): TurnPart[] {
  return [
    ...state.messages.map(({ seq, message }): TurnPart => {
      if (message.role === 'user') return { kind: 'user', id: message.id, message, seq };
      return { kind: 'text', id: message.id, text: textOf(message), isPlan: isPlan(message), seq };
    }),
    ...state.reasoning.map(({ seq, itemId: id, text }): TurnPart => ({ kind: 'reasoning', id, text, seq })),
    ...state.actions.map(({ seq, action, truncated, size, diffStats }): TurnPart => {
      return { kind: 'action', id: action.id, action, cut: truncated ? { size, diffStats } : null, seq };
    }),
    ...state.approvals.map(({ seq, approval }): TurnPart => ({ kind: 'approval', id: approval.id, approval, seq })),
    ...state.notices.map(({ seq, type, message, willRetry }): TurnPart => {
      return { kind: 'notice', id: String(seq), level: noticeLevel(type), text: message, willRetry, seq };
    }),
    ...planOf(state),
  ];
}

function planOf({ plan }: TurnState): TurnPart[] {
  if (plan === null) return [];
  return [{ kind: 'plan', id: 'plan', explanation: plan.explanation, steps: plan.plan, seq: plan.seq }];
}
