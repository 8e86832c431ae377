import type { Message } from '../api/types';
import { type ChatView, type PartOf, textOf, type TurnPart, type TurnView } from './chat-view';
import type { OutgoingMessage } from './outgoing-message';

export interface UserEntry {
  role: 'user';
  id: string;
  text: string;
  message: Message | null;
  /** Set while the message is this client's and not yet in the log. */
  outgoing: OutgoingMessage | null;
}

export type AssistantPart = Exclude<TurnPart, PartOf<'user'>>;

export interface AssistantEntry {
  role: 'assistant';
  id: string;
  turn: TurnView;
  parts: readonly AssistantPart[];
  /** A message that steers a running turn splits it; the turn's state is shown under its last entry. */
  isTurnEnd: boolean;
}

export type ThreadEntry = UserEntry | AssistantEntry;

const entriesOfTurn = new WeakMap<TurnView, readonly ThreadEntry[]>();

/** The thread as a list of bubbles. An unchanged turn gives the same objects again, so only what changed renders. */
export function threadEntries(view: ChatView, outgoing: readonly OutgoingMessage[]): ThreadEntry[] {
  return [...view.turns.flatMap(cachedEntries), ...outgoing.map(outgoingEntry)];
}

function cachedEntries(turn: TurnView): readonly ThreadEntry[] {
  const known = entriesOfTurn.get(turn);
  if (known) return known;
  const entries = splitTurn(turn);
  entriesOfTurn.set(turn, entries);
  return entries;
}

function splitTurn(turn: TurnView): ThreadEntry[] {
  const entries: ThreadEntry[] = [];
  let parts: AssistantPart[] = [];
  const flush = (isTurnEnd: boolean) => {
    if (parts.length === 0 && !isTurnEnd) return;
    entries.push({ role: 'assistant', id: `${turn.id}:${entries.length}`, turn, parts, isTurnEnd });
    parts = [];
  };
  for (const part of turn.parts) {
    if (part.kind !== 'user') {
      addPart(parts, part);
      continue;
    }
    flush(false);
    entries.push({ role: 'user', id: part.id, text: textOf(part.message), message: part.message, outgoing: null });
  }
  flush(true);
  return entries;
}

/** Thoughts that follow each other read as one. */
function addPart(parts: AssistantPart[], part: AssistantPart): void {
  const last = parts.at(-1);
  if (part.kind !== 'reasoning' || last?.kind !== 'reasoning') parts.push(part);
  else parts[parts.length - 1] = { ...last, text: `${last.text}\n\n${part.text}` };
}

function outgoingEntry(outgoing: OutgoingMessage): UserEntry {
  return { role: 'user', id: outgoing.clientMessageId, text: outgoing.text, message: null, outgoing };
}
