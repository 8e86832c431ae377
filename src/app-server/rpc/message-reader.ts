import { Readable } from 'node:stream';
import { ComponentLogger } from '../../common/logger';
import { LineSplitter } from './line-splitter';
import { parseHead, parseMessage, RequestId, RpcMessage } from './message';

/** The longest message that is read: 8 times the longest that codex was seen to write. */
export const MAX_LINE_BYTES = 16 * 1024 * 1024;
const SHOWN_CHARACTERS = 200;

export interface MessageSink {
  message(message: RpcMessage): void;
  /** A message arrived that is too long to read. `method` is set when it is a request of the server. */
  oversized(of: { id: RequestId; method?: string }, bytes: number): void;
}

/**
 * Reads one JSON message a line. What is no message, is too long or was torn off by the end of the process is logged
 * and skipped; it never ends the stream.
 */
export class MessageReader {
  private readonly lines: LineSplitter;

  constructor(
    private readonly stream: Readable,
    private readonly sink: MessageSink,
    private readonly logger: ComponentLogger,
    maxLineBytes = MAX_LINE_BYTES,
  ) {
    this.lines = new LineSplitter(maxLineBytes);
    stream.on('data', (chunk: Buffer) => this.read(chunk));
    stream.on('error', (error) => this.logger.debug({ err: error }, 'the output of the app-server cannot be read'));
    stream.once('close', () => this.reportTornLine());
  }

  /** Stops reading; the process then blocks on its output, or buffers it. */
  pause(): void {
    this.stream.pause();
  }

  resume(): void {
    this.stream.resume();
  }

  private read(chunk: Buffer): void {
    for (const line of this.lines.push(chunk)) {
      if (line.kind === 'oversized') this.readOversized(line.head, line.bytes);
      else this.readWhole(line.text);
    }
  }

  private readWhole(text: string): void {
    const message = parseMessage(text);
    if (message !== null) return this.sink.message(message);
    this.logger.warn({ line: text.slice(0, SHOWN_CHARACTERS) }, 'a line of the app-server is no message; skipped');
  }

  private readOversized(head: string, bytes: number): void {
    this.logger.warn(
      { bytes, line: head.slice(0, SHOWN_CHARACTERS) },
      'a message of the app-server is too long; skipped',
    );
    const of = parseHead(head);
    if (of !== null) this.sink.oversized(of, bytes);
  }

  private reportTornLine(): void {
    const bytes = this.lines.pendingBytes;
    if (bytes > 0) this.logger.warn({ bytes }, 'the last line of the app-server is torn; skipped');
  }
}
