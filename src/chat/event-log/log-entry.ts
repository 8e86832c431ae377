import type { EntityTarget } from 'typeorm';
import { insert } from '../../database/rows';
import type { WriteTransaction } from '../../database/write-transaction';
import type { ChatEvent, EventDraft } from './chat-event';

/** Bounds one joined event, in characters, so that a reader gets it in one frame. */
const MAX_DELTA = 32_768;

/** The chat that events belong to, and its owner. */
export interface ChatRef {
  readonly chatId: string;
  readonly userId: string;
}

/** Gives the number in the log of an event of the same entry. @throws TypeError for another event. */
export type SeqOf = (event: EventDraft) => number;

/** A write in the transaction that stores an entry's events, which have their numbers then. */
export type EntryWrite = (tx: WriteTransaction, seqOf: SeqOf) => Promise<unknown>;

/** Stores what somebody wants to know of events in the transaction that stores them: it is there exactly if they are. */
export type EventsWrite = (tx: WriteTransaction, chat: ChatRef, events: readonly ChatEvent[]) => Promise<unknown>;

export interface LogEntry {
  readonly events: readonly EventDraft[];
  /** Rows that change in the same transaction as the events are written. */
  readonly writes?: readonly EntryWrite[];
  /** May wait some milliseconds for what follows, to share its commit. */
  readonly deferrable?: boolean;
}

/** Stores a row that an event brings into the chat: the event's number is its place there. */
export const insertAt =
  <T extends { seq: number }>(entity: EntityTarget<T>, row: Omit<T, 'seq'>, event: EventDraft): EntryWrite =>
  (tx, seqOf) =>
    insert(entity, { ...row, seq: seqOf(event) } as T)(tx);

/** One entry of several, in order. */
export function concat(...entries: readonly LogEntry[]): LogEntry {
  return {
    events: entries.flatMap((entry) => entry.events),
    writes: entries.flatMap((entry) => entry.writes ?? []),
  };
}

/**
 * What a full, broken or locked database does to an entry: `refuse` rejects it, for work that a caller can repeat;
 * `retry` keeps it and tries again, for what has already happened.
 */
export type OnStorageFault = 'refuse' | 'retry';

/** An entry that waits for its commit. Deltas of one entry may join those of the entry before it. */
export class PendingEntry {
  readonly committed: Promise<readonly ChatEvent[]>;
  /** Calls that it stands for: its own, and those whose delta was joined with its last. */
  appends = 1;
  resolve!: (events: readonly ChatEvent[]) => void;
  reject!: (error: unknown) => void;

  readonly events: EventDraft[];
  readonly writes: readonly EntryWrite[];
  readonly deferrable: boolean;

  constructor(
    { events, writes = [], deferrable = false }: LogEntry,
    readonly onStorageFault: OnStorageFault,
  ) {
    this.events = [...events];
    this.writes = writes;
    this.deferrable = deferrable;
    this.committed = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
  }

  /** Takes another entry in, when both are deltas of the same thing; false when they are not. */
  join(entry: LogEntry): boolean {
    const [next] = entry.events;
    const last = this.events.at(-1);
    if (!last || !next || entry.events.length !== 1 || entry.writes?.length) return false;
    const joined = joinDeltas(last, next);
    if (!joined) return false;
    this.events[this.events.length - 1] = joined;
    this.appends += 1;
    return true;
  }
}

/** One delta of two, when both are deltas of the same thing; else undefined. */
export function joinDeltas(first: EventDraft, second: EventDraft): EventDraft | undefined {
  if (first.turnId !== second.turnId) return undefined;
  if (first.type === 'message.delta' && second.type === 'message.delta') {
    const { messageId, delta } = first.data;
    if (messageId !== second.data.messageId || delta.length >= MAX_DELTA) return undefined;
    return { ...first, data: { messageId, delta: delta + second.data.delta } };
  }
  if (first.type === 'reasoning.delta' && second.type === 'reasoning.delta') {
    return joinItemDeltas(first, second);
  }
  if (first.type === 'command.output' && second.type === 'command.output') {
    return joinItemDeltas(first, second);
  }
  return undefined;
}

type ItemDelta = Extract<EventDraft, { type: 'reasoning.delta' | 'command.output' }>;

function joinItemDeltas(first: ItemDelta, second: ItemDelta): EventDraft | undefined {
  const { itemId, delta } = first.data;
  if (itemId !== second.data.itemId || delta.length >= MAX_DELTA) return undefined;
  return { ...first, data: { itemId, delta: delta + second.data.delta } };
}
