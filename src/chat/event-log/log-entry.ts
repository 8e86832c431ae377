import type { Write } from '../../database/write-queue';
import type { ChatEvent, EventDraft } from './chat-event';

/** The chat that events belong to, and its owner. */
export interface ChatRef {
  readonly chatId: string;
  readonly userId: string;
}

export interface LogEntry {
  readonly events: readonly EventDraft[];
  /** Rows that change in the same transaction as the events are written. */
  readonly writes?: readonly Write<unknown>[];
  /** May wait some milliseconds for what follows, to share its commit. */
  readonly deferrable?: boolean;
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
  readonly writes: readonly Write<unknown>[];
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
}
