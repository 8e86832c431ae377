import type { ChatEvent } from '../../../src/chat/event-log/chat-event';

interface OfMessage {
  readonly chatId: string;
  readonly clientMessageId: string;
}

/** What a client did, was told, and saw. */
export type ClientEntry =
  | (OfMessage & { readonly kind: 'sent'; readonly token: string; readonly content: string })
  | (OfMessage & { readonly kind: 'accepted'; readonly messageId: string; readonly turnId: string })
  /** The service said no. */
  | (OfMessage & { readonly kind: 'refused'; readonly status: number; readonly code: string })
  /** No answer: the service was away, or died before it said anything. */
  | (OfMessage & { readonly kind: 'unanswered'; readonly reason: string })
  /** The client asks for everything after the event `after`; what it sees from here on follows that. */
  | { readonly kind: 'followed'; readonly chatId: string; readonly reader: string; readonly after: number }
  | { readonly kind: 'event'; readonly chatId: string; readonly reader: string; readonly event: ChatEvent }
  /** The end of a turn was waited for, and did not come. */
  | { readonly kind: 'gave_up'; readonly chatId: string; readonly turnId: string };

/** How a request to the model ended: as it should, by the model's own fault, or because the caller left. */
export type ModelRunEnd = 'finished' | 'cut' | 'abandoned';

/** What the model was asked, and what it answered. */
export type ModelEntry =
  | {
      readonly kind: 'asked';
      readonly request: number;
      readonly token: string;
      /** The message that it is to answer. */
      readonly content: string;
      readonly answer: string;
      /** The tokens of all that it is told, of this message and of what came before it. */
      readonly told: readonly string[];
    }
  | { readonly kind: 'ended'; readonly request: number; readonly how: ModelRunEnd };

export interface TurnRow {
  readonly id: string;
  readonly chatId: string;
  readonly status: string;
  readonly errorCode: string | null;
}

export interface MessageRow {
  readonly id: string;
  readonly chatId: string;
  readonly turnId: string;
  readonly role: string;
  readonly status: string;
  readonly text: string;
  readonly clientMessageId: string | null;
}

/** The database at rest. Rows are ordered by id, events by chat and number. */
export interface DatabaseRows {
  /** What `PRAGMA integrity_check` says: `ok`. */
  readonly integrity: string;
  readonly turns: readonly TurnRow[];
  readonly messages: readonly MessageRow[];
  readonly events: readonly ChatEvent[];
}

/** All that a run leaves behind. */
export interface Evidence {
  readonly clients: readonly ClientEntry[];
  readonly model: readonly ModelEntry[];
  readonly database: DatabaseRows;
}
