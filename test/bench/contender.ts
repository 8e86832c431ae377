/** One chat of a contender: runs a turn from the message to its end. */
export interface BenchChat {
  turn(text: string): Promise<void>;
}

/** Process ids by what they are. */
export type Processes = Readonly<Record<string, readonly number[]>>;

/** A way to run turns of codex, to be measured beside the others against the same model. */
export interface Contender {
  readonly name: string;
  /** What works for it, besides the model and the client. */
  readonly processes: Processes;
  /** For a slow one: chats at once at most, of a single turn a round. */
  readonly atMost?: number;
  newChat(): Promise<BenchChat>;
  stop(): Promise<void>;
}
