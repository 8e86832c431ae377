import { Writable } from 'node:stream';
import { ComponentLogger } from '../../common/logger';
import { RpcMessage } from './message';

/** In JSON: an escaped backslash, or half of a character, which JSON.stringify writes so where the other half is missing. */
const LONE_HALF = /\\(?:\\|u[dD][89a-fA-F][0-9a-fA-F]{2})/g;

/** A message that codex can read: it drops lines with half a character (0.169.0), and a request would get no answer. */
const jsonOf = (message: RpcMessage): string =>
  JSON.stringify(message).replace(LONE_HALF, (escaped) => (escaped.length === 2 ? escaped : '\ufffd'));

/** Writes one JSON message a line. */
export class MessageWriter {
  private drained: Promise<void> | null = null;

  constructor(
    private readonly stream: Writable,
    logger: ComponentLogger,
  ) {
    // A process that ends closes its input under a write (EPIPE); its exit is reported elsewhere.
    stream.on('error', (error) => logger.debug({ err: error }, 'the input of the app-server cannot be written'));
  }

  /** The process does not take its input as fast as it is written. Requests wait then; replies are small and do not. */
  get isFull(): boolean {
    return this.stream.writableNeedDrain && !this.stream.destroyed;
  }

  /** Resolves when the process takes more input, or has ended. */
  whenDrained(): Promise<void> {
    this.drained ??= new Promise((resolve) => {
      const done = (): void => {
        this.stream.off('drain', done).off('close', done);
        this.drained = null;
        resolve();
      };
      this.stream.once('drain', done).once('close', done);
    });
    return this.drained;
  }

  write(message: RpcMessage): void {
    if (this.stream.writable) this.stream.write(`${jsonOf(message)}\n`);
  }
}
