/** One chat of a contender: runs a turn from the message to its end. */
export interface BenchChat {
  turn(text: string): Promise<void>;
}

/** A way to run turns of codex, to be measured beside the others against the same model. */
export interface Contender {
  readonly name: string;
  newChat(): Promise<BenchChat>;
  stop(): Promise<void>;
}
