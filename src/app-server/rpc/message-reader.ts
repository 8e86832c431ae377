import { Readable } from 'node:stream';
import { AbstractMessageReader, DataCallback, Disposable, ErrorCodes } from 'vscode-jsonrpc/node';
import { ComponentLogger } from '../../common/logger';
import { LineSplitter } from './line-splitter';
import { parseHead, parseMessage, RequestId, RpcMessage } from './message';

/** The longest message that is read: 8 times the longest that codex was seen to write. */
const MAX_LINE_BYTES = 16 * 1024 * 1024;
const SHOWN_CHARACTERS = 200;

/** Handed over in place of the messages that have come since the last time; they are fetched by `take`. */
export const MESSAGES_CAME = { jsonrpc: '2.0', method: '$/messagesCame' };
/** The method of a request in place of one that is too long to read; its parameters are an `OversizedRequest`. */
export const OVERSIZED_REQUEST = '$/oversizedRequest';

export interface OversizedRequest {
  readonly method: string;
  readonly bytes: number;
}

/**
 * Reads one JSON message a line. What is no message, is too long or was torn off by the end of the process is logged
 * and skipped; it never ends the stream.
 *
 * The library takes one message in each turn of the event loop, which would hold up a turn of the agent by as many turns of
 * a busy loop as it has deltas. So the reader hands over a mark once, and the messages behind it all together.
 */
export class LineMessageReader extends AbstractMessageReader {
  private readonly lines: LineSplitter;
  private callback: DataCallback | null = null;
  private messages: RpcMessage[] = [];
  private waiting: (() => void)[] = [];
  private count = 0;

  constructor(
    private readonly stream: Readable,
    private readonly logger: ComponentLogger,
    maxLineBytes = MAX_LINE_BYTES,
  ) {
    super();
    this.lines = new LineSplitter(maxLineBytes);
    stream.on('error', (error) => this.fireError(error));
    stream.once('close', () => this.reportTornLine());
  }

  /** Messages that have come so far, those included that are too long. */
  get messagesRead(): number {
    return this.count;
  }

  listen(callback: DataCallback): Disposable {
    const read = (chunk: Buffer): void => this.read(chunk);
    this.callback = callback;
    this.stream.on('data', read);
    return Disposable.create(() => this.stream.off('data', read));
  }

  /** From now on the output is read and thrown away: a process that has ended may have left somebody who writes to it. */
  override dispose(): void {
    this.callback = null;
    this.take();
    super.dispose();
  }

  /** The messages that have come since the last time, in their order. */
  take(): RpcMessage[] {
    const { messages, waiting } = this;
    this.messages = [];
    this.waiting = [];
    for (const resolve of waiting) resolve();
    return messages;
  }

  /** Resolves when all that has been read is taken. */
  whenTaken(): Promise<void> {
    return this.messages.length === 0 ? Promise.resolve() : new Promise((resolve) => this.waiting.push(resolve));
  }

  /** Answers a request of ours in place of the server, which did not in time or not readably. */
  answerUnread(id: RequestId, message: string): void {
    this.add({ jsonrpc: '2.0', id, error: { code: ErrorCodes.MessageReadError, message } });
  }

  /** Stops reading; the process then blocks on its output, or buffers it. */
  pause(): void {
    this.stream.pause();
  }

  resume(): void {
    this.stream.resume();
  }

  private read(chunk: Buffer): void {
    if (this.callback === null) return;
    for (const line of this.lines.push(chunk)) {
      if (line.kind === 'oversized') this.readOversized(line.head, line.bytes);
      else this.readWhole(line.text);
    }
  }

  private readWhole(text: string): void {
    const message = parseMessage(text);
    if (message === null) {
      this.logger.warn({ line: text.slice(0, SHOWN_CHARACTERS) }, 'a line of the app-server is no message; skipped');
      return;
    }
    this.count += 1;
    this.add(message);
  }

  private readOversized(head: string, bytes: number): void {
    this.logger.warn(
      { bytes, line: head.slice(0, SHOWN_CHARACTERS) },
      'a message of the app-server is too long; skipped',
    );
    const of = parseHead(head);
    if (of === null) return;
    this.count += 1;
    if (of.method === undefined) return this.answerUnread(of.id, `its answer of ${bytes} bytes is too long to read`);
    const params: OversizedRequest = { method: of.method, bytes };
    this.add({ jsonrpc: '2.0', id: of.id, method: OVERSIZED_REQUEST, params });
  }

  private add(message: RpcMessage): void {
    if (this.callback === null) return;
    this.messages.push(message);
    if (this.messages.length === 1) this.callback(MESSAGES_CAME);
  }

  private reportTornLine(): void {
    const bytes = this.lines.pendingBytes;
    if (bytes > 0) this.logger.warn({ bytes }, 'the last line of the app-server is torn; skipped');
  }
}
