import type { Message } from '../api/types';
import {
  type ChatView,
  filesOf,
  imagesOf,
  type PartOf,
  type ShownFile,
  type ShownImage,
  textOf,
  type TurnPart,
} from './chat-view';
import { type TurnView, waitingTurns } from './chat-view';
import type { OutgoingMessage } from './outgoing-message';

export interface UserEntry {
  role: 'user';
  id: string;
  text: string;
  /** Pictures sent along. */
  images: readonly ShownImage[];
  files: readonly ShownFile[];
  /** Who wrote it; null where the page does not know. */
  author: Message['author'] | null;
  /** Set while the message is this client's and not yet in the log. */
  outgoing: OutgoingMessage | null;
}

/** A step of the agent, which may wait until a person has allowed it. */
export type ActionPart = PartOf<'action'> & { isWaiting?: boolean };

export type AssistantPart = Exclude<TurnPart, PartOf<'user' | 'action'>> | ActionPart;

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
  const waiting = new Set(waitingTurns(view));
  const shown = view.turns.filter((turn) => !waiting.has(turn) && !isMoved(turn));
  return [...shown.flatMap(cachedEntries), ...outgoing.map(outgoingEntry)];
}

/** A turn whose message another one was given. */
const isMoved = ({ error, parts }: TurnView): boolean => error?.code === 'sent_to_running_turn' && parts.length === 0;

function cachedEntries(turn: TurnView): readonly ThreadEntry[] {
  const known = entriesOfTurn.get(turn);
  if (known) return known;
  const entries = splitTurn(turn);
  entriesOfTurn.set(turn, entries);
  return entries;
}

function splitTurn(turn: TurnView): ThreadEntry[] {
  const entries: ThreadEntry[] = [];
  const waiting = waitingItems(turn);
  let parts: AssistantPart[] = [];
  const flush = (isTurnEnd: boolean) => {
    if (parts.length === 0 && !isTurnEnd) return;
    entries.push({ role: 'assistant', id: `${turn.id}:${entries.length}`, turn, parts, isTurnEnd });
    parts = [];
  };
  for (const part of withAnswersFirst(turn.parts)) {
    if (part.kind !== 'user') {
      addPart(parts, part.kind === 'action' && waiting.has(part.id) ? { ...part, isWaiting: true } : part);
      continue;
    }
    flush(false);
    entries.push(userEntry(part));
  }
  flush(true);
  return entries;
}

/** What was answered stands above what it has led to; an open question stands last, where it is looked for. */
function withAnswersFirst(parts: readonly TurnPart[]): readonly TurnPart[] {
  const answered = new Map<string, TurnPart[]>();
  const steps = new Set(parts.flatMap((part) => (part.kind === 'action' ? [part.id] : [])));
  for (const part of parts) {
    const itemId = part.kind === 'approval' && part.approval.status !== 'pending' ? part.approval.itemId : null;
    if (itemId !== null && steps.has(itemId)) answered.set(itemId, [...(answered.get(itemId) ?? []), part]);
  }
  if (answered.size === 0) return parts;
  const moved = new Set([...answered.values()].flat());
  return parts
    .filter((part) => !moved.has(part))
    .flatMap((part) => (part.kind === 'action' ? [...(answered.get(part.id) ?? []), part] : [part]));
}

/** The steps that an open question is about. */
function waitingItems(turn: TurnView): Set<string | null> {
  const open = turn.parts.filter((part) => part.kind === 'approval' && part.approval.status === 'pending');
  return new Set(open.map((part) => (part.kind === 'approval' ? part.approval.itemId : null)));
}

function userEntry({ id, message }: PartOf<'user'>): UserEntry {
  const { author } = message;
  const sent = { text: textOf(message), images: imagesOf(message), files: filesOf(message) };
  return { role: 'user', id, ...sent, author, outgoing: null };
}

/** Thoughts that follow each other read as one. */
function addPart(parts: AssistantPart[], part: AssistantPart): void {
  const last = parts.at(-1);
  if (part.kind !== 'reasoning' || last?.kind !== 'reasoning') parts.push(part);
  else parts[parts.length - 1] = { ...last, text: `${last.text}\n\n${part.text}` };
}

function outgoingEntry(outgoing: OutgoingMessage): UserEntry {
  const { clientMessageId: id, text } = outgoing;
  const images = outgoing.images.map((url) => ({ url, size: null }));
  const files = (outgoing.files ?? []).map(({ name, size }) => ({ name, size, url: null, path: null }));
  return { role: 'user', id, text, images, files, author: null, outgoing };
}
