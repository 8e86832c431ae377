import { Writable } from 'node:stream';
import { AbstractMessageWriter, Message, MessageWriter } from 'vscode-jsonrpc/node';
import { NO_REPLY } from './message';

/** In JSON: an escaped backslash, or half of a character, which JSON.stringify writes so where the other half is missing. */
const LONE_HALF = /\\(?:\\|u[dD][89a-fA-F][0-9a-fA-F]{2})/g;

/**
 * A message that codex can read: it drops lines with half a character (quirk `half-character`). It
 * takes the field `jsonrpc` (0.171.0) and sends none itself; none is sent.
 */
const jsonOf = (message: Message): string =>
  JSON.stringify({ ...message, jsonrpc: undefined }).replace(LONE_HALF, (escaped) =>
    escaped.length === 2 ? escaped : '\ufffd',
  );

/** Writes one JSON message a line. */
export class LineMessageWriter extends AbstractMessageWriter implements MessageWriter {
  private drained: Promise<void> | null = null;

  constructor(private readonly stream: Writable) {
    super();
    stream.on('error', (error) => this.fireError(error));
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

  /** Never rejects: a process that takes no input any more has ended, and its exit fails what waits for an answer. */
  write(message: Message): Promise<void> {
    const isNoReply = Message.isResponse(message) && message.result === NO_REPLY;
    if (!isNoReply && this.stream.writable) this.stream.write(`${jsonOf(message)}\n`);
    return Promise.resolve();
  }

  end(): void {
    this.stream.end();
  }
}
