import type { ChatEvent } from '../../../src/chat/event-log/chat-event';

interface OfChat {
  readonly chatId: string;
}

interface OfMessage extends OfChat {
  readonly clientMessageId: string;
}

interface OfApproval extends OfChat {
  readonly approvalId: string;
  readonly decision: string;
}

/** A text that the model can tell from all others. */
interface Worded {
  readonly token: string;
  readonly content: string;
}

/** What a client did and received. */
export type ClientEntry =
  | (OfMessage & Worded & { readonly kind: 'sent' })
  | (OfMessage & { readonly kind: 'accepted'; readonly messageId: string; readonly turnId: string })
  /** The service said no. */
  | (OfMessage & { readonly kind: 'refused'; readonly status: number; readonly code: string })
  /** No answer: the service was away, or died before it said anything. */
  | (OfMessage & { readonly kind: 'unanswered'; readonly reason: string })
  /** The client asks for everything after the event `after`; what it sees from here on follows that. */
  | (OfChat & { readonly kind: 'followed'; readonly reader: string; readonly after: number })
  | (OfChat & { readonly kind: 'event'; readonly reader: string; readonly event: ChatEvent })
  /** The end of a turn was waited for, and did not come. */
  | (OfChat & { readonly kind: 'gave_up'; readonly turnId: string })
  /** A word for the running turn; tried once. */
  | (OfChat & Worded & { readonly kind: 'steering' })
  | (OfChat & { readonly kind: 'steered'; readonly token: string; readonly messageId: string; readonly turnId: string })
  | (OfChat & { readonly kind: 'steer_refused'; readonly token: string })
  /** The service has said that it stops this turn; null: none runs. */
  | (OfChat & { readonly kind: 'interrupted'; readonly turnId: string | null })
  /** An answer to a question of the agent is sent. */
  | (OfApproval & { readonly kind: 'answering' })
  /** The service has said that this answer counts. */
  | (OfApproval & { readonly kind: 'answered' })
  /** From here on the chat may be gone. */
  | (OfChat & { readonly kind: 'deleting' })
  | (OfChat & { readonly kind: 'deleted' })
  /** The service is killed now. */
  | { readonly kind: 'killed' }
  /** The service has answered 500. */
  | { readonly kind: 'unexplained'; readonly call: string }
  /** A call on something of another user, and what came of it. */
  | {
      readonly kind: 'foreign_call';
      readonly user: string;
      readonly call: string;
      readonly status: number;
      readonly code: string;
    };

/** How a request to the model ended: as it should, by the model's own fault, or because the caller left. */
export type ModelRunEnd = 'finished' | 'cut' | 'abandoned';

/** A message of a prompt that has a token. */
export interface PromptMessage {
  readonly role: string;
  readonly tokens: readonly string[];
  /** Of its text, see `digestOfText`. */
  readonly digest: string;
}

/** What the model was asked, and what it answered. */
export type ModelEntry =
  | (Worded & {
      /** `content` is the message that it is to answer. */
      readonly kind: 'asked';
      readonly request: number;
      /** Outputs of commands that have come since that message. */
      readonly round: number;
      /** Empty when it wants to run a command first. */
      readonly answer: string;
      /** The whole prompt, this message and what came before it, in order. */
      readonly prompt: readonly PromptMessage[];
    })
  | { readonly kind: 'ended'; readonly request: number; readonly how: ModelRunEnd };

/** An entry with the time at which it was written down, ISO 8601; all journals of a run have the same clock. */
export type Recorded<Entry> = Entry & { readonly at?: string };

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
  /** Null for the agent's, and for what was added to a running turn. */
  readonly clientMessageId: string | null;
}

export interface ApprovalRow {
  readonly id: string;
  readonly chatId: string;
  readonly turnId: string;
  readonly status: string;
  readonly decision: string | null;
}

/** The database at rest. Rows are ordered by id, events by chat and number. */
export interface DatabaseRows {
  /** What `PRAGMA integrity_check` says: `ok`. */
  readonly integrity: string;
  readonly turns: readonly TurnRow[];
  readonly messages: readonly MessageRow[];
  readonly events: readonly ChatEvent[];
  readonly approvals: readonly ApprovalRow[];
  /** Of each table, the chats that it has rows of. */
  readonly chatsIn: Readonly<Record<string, readonly string[]>>;
}

/** What the service and codex have on disk besides the database. */
export interface DiskRecord {
  /** Chats that have a folder. */
  readonly folders: readonly string[];
  /** Codex's files of threads, and the tokens in each. */
  readonly threads: readonly { readonly file: string; readonly tokens: readonly string[] }[];
}

/** All that a run leaves behind. */
export interface Evidence {
  readonly clients: readonly Recorded<ClientEntry>[];
  readonly model: readonly Recorded<ModelEntry>[];
  readonly database: DatabaseRows;
  readonly disk: DiskRecord;
  /** The tokens that commands of the agent have written, once for each time that they ran. */
  readonly commands: readonly string[];
  /** Chats of which the service says in its log that codex has refused their history. */
  readonly unrestored: readonly string[];
}
