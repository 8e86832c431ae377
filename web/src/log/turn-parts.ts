import type { PartKind, PartOf, TurnPart, TurnView } from './chat-view';

/**
 * Replaces the part of that kind and id, which keeps its place, or appends it: an event may be the first the client sees of
 * its item.
 */
export function putPart(turn: TurnView, part: TurnPart): TurnView {
  const index = findPart(turn, part.kind, part.id);
  const known = turn.parts[index];
  const parts = known ? turn.parts.with(index, { ...part, seq: known.seq }) : [...turn.parts, part];
  return { ...turn, parts };
}

/** Changes one part; a turn without it stays as it is. */
export function changePart<K extends PartKind>(
  turn: TurnView,
  kind: K,
  id: string,
  change: (part: PartOf<K>) => TurnPart,
): TurnView {
  const index = findPart(turn, kind, id);
  const part = turn.parts[index];
  if (!part || !isKind(part, kind)) return turn;
  return { ...turn, parts: turn.parts.with(index, change(part)) };
}

/** Adds streamed text to a part, which begins with it where it is new. */
export function appendText(
  turn: TurnView,
  kind: 'text' | 'reasoning',
  { id, delta, seq }: { id: string; delta: string; seq: number },
): TurnView {
  if (findPart(turn, kind, id) < 0) return putPart(turn, { ...beginningOf(kind), id, text: delta, seq });
  return changePart(turn, kind, id, (part) => ({ ...part, text: part.text + delta }));
}

/** Of a message that is a plan the log tells first. */
const beginningOf = (kind: 'text' | 'reasoning') => (kind === 'text' ? { kind, isPlan: false } : { kind });

/** Takes away what broke off: the answer that comes instead begins anew. */
export function withoutPart(turn: TurnView, kind: PartKind, id: string): TurnView {
  if (findPart(turn, kind, id) < 0) return turn;
  return { ...turn, parts: turn.parts.filter((part) => part.kind !== kind || part.id !== id) };
}

/** The error that ended a turn is shown as its end; codex tells of it right before, too. */
export function withoutNotice(parts: TurnView['parts'], text: string | undefined): TurnView['parts'] {
  return parts.filter((part) => part.kind !== 'notice' || part.level !== 'error' || part.text !== text);
}

/** From the end, because what streams is nearly always the last part. */
function findPart(turn: TurnView, kind: PartKind, id: string): number {
  return turn.parts.findLastIndex((part) => part.kind === kind && part.id === id);
}

function isKind<K extends PartKind>(part: TurnPart, kind: K): part is PartOf<K> {
  return part.kind === kind;
}
