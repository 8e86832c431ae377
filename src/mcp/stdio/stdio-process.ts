import { ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { PassThrough } from 'node:stream';
import { isAnswer, MAX_MESSAGE_BYTES, McpFailure, Message, parseMessage } from '../proxy/json-rpc';
import type { SandboxedStart } from './server-sandbox';

/** What a server may say for each message that it gets: beyond it floods. */
const MAX_BYTES_A_MESSAGE = 8 * MAX_MESSAGE_BYTES;
/** Messages that wait for a reader. */
const MAX_WAITING = 1_000;

/** One run of a server over stdio, which is one session. */
export class StdioProcess {
  readonly sessionId = randomUUID();
  /** Set once it has ended, or is about to. */
  failure: McpFailure | undefined;
  private readonly child: ChildProcessWithoutNullStreams;
  private readonly calls = new Map<string | number, PassThrough>();
  private listener: PassThrough | undefined;
  private pieces: Buffer[] = [];
  private lineBytes = 0;
  private bytesSinceMessage = 0;

  /** @throws Error when not even an attempt to start it is possible */
  constructor(
    { file, args, env }: SandboxedStart,
    private readonly onEnd: (failure: McpFailure) => void,
  ) {
    this.child = spawn(file, args, { env, stdio: 'pipe', cwd: '/' });
    this.child.stdin.on('error', () => undefined);
    // Read, so that it cannot stop there; what it says is nobody's affair.
    this.child.stderr.resume();
    this.child.stdout.on('data', (chunk: Buffer) => this.received(chunk));
    this.child.once('error', () => this.end(new McpFailure('unreachable', 'could not be started')));
    this.child.once('exit', (code, signal) => {
      this.end(new McpFailure('ended', `has ended (${signal ?? `exit code ${code ?? '?'}`})`));
    });
  }

  /** Whether somebody waits for an answer, or listens. */
  get isUsed(): boolean {
    return this.calls.size > 0 || this.listener !== undefined;
  }

  /** Sends a request; what comes for it, its answer last. */
  call(id: string | number, message: Message, signal: AbortSignal): AsyncIterable<Message> {
    const answers = new PassThrough({ objectMode: true, highWaterMark: MAX_WAITING });
    this.calls.set(id, answers);
    const giveUp = (): void => {
      this.calls.delete(id);
      this.send({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: id } });
      answers.destroy(signal.reason as Error);
    };
    signal.addEventListener('abort', giveUp, { once: true });
    answers.once('close', () => {
      signal.removeEventListener('abort', giveUp);
      this.calls.delete(id);
    });
    this.send(message);
    return answers as AsyncIterable<Message>;
  }

  send(message: Message): void {
    this.bytesSinceMessage = 0;
    if (this.failure === undefined) this.child.stdin.write(`${JSON.stringify(message)}\n`);
  }

  /** What it sends by itself; one listener at a time, the newest. */
  listen(signal: AbortSignal): AsyncIterable<Message> {
    this.listener?.end();
    const listener = new PassThrough({ objectMode: true, highWaterMark: MAX_WAITING });
    this.listener = listener;
    const stop = (): void => void listener.end();
    signal.addEventListener('abort', stop, { once: true });
    listener.once('close', () => {
      signal.removeEventListener('abort', stop);
      if (this.listener === listener) this.listener = undefined;
    });
    return listener as AsyncIterable<Message>;
  }

  /** Ends it at once, with all that it has started: its sandbox goes with it. */
  end(failure: McpFailure): void {
    if (this.failure !== undefined) return;
    this.failure = failure;
    this.child.stdout.destroy();
    this.child.kill('SIGKILL');
    for (const answers of this.calls.values()) answers.destroy(failure);
    this.calls.clear();
    this.listener?.end();
    this.onEnd(failure);
  }

  private received(chunk: Buffer): void {
    this.bytesSinceMessage += chunk.length;
    if (this.bytesSinceMessage > MAX_BYTES_A_MESSAGE) return this.end(flood());
    let start = 0;
    for (let at = chunk.indexOf(0x0a); at >= 0; at = chunk.indexOf(0x0a, start)) {
      this.keep(chunk.subarray(start, at));
      start = at + 1;
      this.line();
      if (this.failure !== undefined) return;
    }
    this.keep(chunk.subarray(start));
  }

  private keep(bytes: Buffer): void {
    this.lineBytes += bytes.length;
    if (this.lineBytes > MAX_MESSAGE_BYTES) return this.end(flood());
    this.pieces.push(bytes);
  }

  private line(): void {
    const text = Buffer.concat(this.pieces).toString().trim();
    this.pieces = [];
    this.lineBytes = 0;
    if (text === '') return;
    try {
      this.route(parseMessage(text));
    } catch (error) {
      if (!(error instanceof McpFailure)) throw error;
      // Some print what is no message; one that does nothing else never answers, which has its deadline.
    }
  }

  private route(message: Message): void {
    if (isAnswer(message)) {
      const { id = '' } = message;
      const answers = this.calls.get(id);
      // The first answer is the answer; it may be read later.
      this.calls.delete(id);
      return void answers?.end(message);
    }
    const reader = [...this.calls.values()].at(-1) ?? this.listener;
    if (reader?.writableEnded === false && reader.writableLength < MAX_WAITING) reader.write(message);
  }
}

const flood = (): McpFailure => new McpFailure('too_large', 'was ended, as it sent more than anybody may read');
