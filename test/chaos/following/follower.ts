import { ReceivedLog } from './received-log';

/** A client that follows one chat, loses its connection again and again, and comes back with the last number it has. */
export interface Follower {
  readonly received: ReceivedLog;
  /** Errors other than the lost connection, as texts. */
  readonly errors: readonly string[];
  /** Breaks the TCP connection without a word; false when there is none at the moment. */
  cut(): boolean;
  stop(): void;
}

export type FollowerFactory = (url: string, chatId: string, index: number) => Follower;
