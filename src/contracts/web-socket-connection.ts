import type { Socket } from 'node:net';
import type { RawData, WebSocket } from 'ws';
import { DomainError, invalid, tooLarge } from '../common/domain.error';
import { slowClientsClosed } from '../common/metrics';
import { asRequest } from '../common/request-context';
import { bytesTaken, StallGuard } from '../common/stall-guard';

/** Above the largest message, so that one that is too large gets an answer rather than a closed connection. */
export const MAX_FRAME_BYTES = 32 * 1024 * 1024;
const MAX_MESSAGE_BYTES = 16 * 1024 * 1024;
/** Messages of a client that may wait behind the one that is being worked on, and their bytes. */
const MAX_WAITING = 32;
const MAX_WAITING_BYTES = MAX_FRAME_BYTES;
/** Unsent bytes from which on a client counts as slow. */
const CONGESTED_BYTES = 256 * 1024;
/** Unsent bytes that nothing but answers to a client that does not read can come to. */
const MAX_UNSENT_BYTES = 32 * 1024 * 1024;
const PATIENCE = { stallMs: 30_000, checkMs: 1_000 };

export interface WebSocketHandlers {
  /** Called with one message at a time, in their order; what it throws goes to `onFault`. */
  readonly onMessage: (message: unknown) => Promise<void> | void;
  /** A message that is none (not JSON, binary, too large, too many), or whose handler has thrown. */
  readonly onFault: (fault: unknown) => void;
}

interface Waiting {
  readonly bytes: number;
  /** @throws DomainError for what is no message */
  readonly read: () => unknown;
}

/**
 * A client at the other end of a WebSocket that speaks JSON in text frames. One that does not read costs a bounded buffer,
 * and then its connection.
 */
export class WebSocketConnection {
  private readonly gone = new AbortController();
  private readonly waiting: Waiting[] = [];
  private waitingBytes = 0;
  private handlers: WebSocketHandlers | undefined;
  private isWorking = false;
  private lastSent: Promise<void> = Promise.resolve();
  private readonly stallTimer: NodeJS.Timeout;

  /** @param address of the client; each of its messages is a request from there */
  constructor(
    private readonly socket: WebSocket,
    network: Socket,
    private readonly address: string,
    { stallMs, checkMs } = PATIENCE,
  ) {
    socket.on('message', (data: RawData, isBinary: boolean) => this.receive(data as Buffer, isBinary));
    // `ws` closes the socket itself; without a listener the error would end the process.
    socket.on('error', () => undefined);
    const guard = new StallGuard(
      { taken: () => bytesTaken(network), isIdle: () => network.writableLength === 0 },
      stallMs,
    );
    this.stallTimer = setInterval(() => guard.isStalled() && this.cutOff(), checkMs).unref();
    socket.once('close', () => this.end());
  }

  /** Aborted when the client is gone. */
  get closed(): AbortSignal {
    return this.gone.signal;
  }

  /** The sub-protocol that was agreed upon; empty for none. */
  get subprotocol(): string {
    return this.socket.protocol;
  }

  /** From now on messages are handled, with those that have come in before. To be called once. */
  listen(handlers: WebSocketHandlers): void {
    this.handlers = handlers;
    void this.work();
  }

  /** Sends a frame. Nothing is sent to a client that is gone. */
  send(frame: object): void {
    if (!this.isOpen) return;
    if (this.socket.bufferedAmount > MAX_UNSENT_BYTES) return this.cutOff();
    this.lastSent = new Promise((resolve) => this.socket.send(JSON.stringify(frame), () => resolve()));
  }

  /** Resolves when the client may be sent more, or is gone. */
  async drained(): Promise<void> {
    // One that is being closed counts what is sent to it as unsent for ever.
    while (this.isOpen && this.socket.bufferedAmount > CONGESTED_BYTES) await this.lastSent;
  }

  /** Closes it once what was sent has left. @param code of RFC 6455, 7.4 */
  close(code = 1000, reason = ''): void {
    this.socket.close(code, reason);
  }

  private receive(data: Buffer, isBinary: boolean): void {
    if (isBinary) return this.refuse(BINARY);
    if (data.length > MAX_MESSAGE_BYTES) return this.refuse(TOO_LARGE);
    const isTooMuch = this.waiting.length > 0 && this.waitingBytes + data.length > MAX_WAITING_BYTES;
    if (isTooMuch || this.waiting.length >= MAX_WAITING) return this.refuse(TOO_MANY);
    this.wait({ bytes: data.length, read: () => parsed(data) });
  }

  /** In its turn, so that answers come in the order of what they answer. */
  private refuse(fault: DomainError): void {
    // Beyond that many it is told at once, and not kept.
    if (this.waiting.length >= MAX_WAITING) return this.handlers?.onFault(fault);
    const read = (): never => {
      throw fault;
    };
    this.wait({ bytes: 0, read });
  }

  private wait(message: Waiting): void {
    this.waiting.push(message);
    this.waitingBytes += message.bytes;
    void this.work();
  }

  private async work(): Promise<void> {
    const { handlers } = this;
    if (this.isWorking || handlers === undefined) return;
    this.isWorking = true;
    for (let next = this.waiting.shift(); next !== undefined; next = this.waiting.shift()) {
      this.waitingBytes -= next.bytes;
      try {
        await asRequest(this.address, async () => handlers.onMessage(next.read()));
      } catch (error) {
        handlers.onFault(error);
      }
    }
    this.isWorking = false;
  }

  private get isOpen(): boolean {
    return this.socket.readyState === this.socket.OPEN && !this.gone.signal.aborted;
  }

  private cutOff(): void {
    slowClientsClosed.inc();
    this.socket.terminate();
    this.end();
  }

  private end(): void {
    clearInterval(this.stallTimer);
    this.waiting.length = 0;
    this.gone.abort();
  }
}

function parsed(data: Buffer): unknown {
  try {
    return JSON.parse(data.toString()) as unknown;
  } catch {
    throw MALFORMED;
  }
}

const MALFORMED = invalid('malformed_json', 'A message must be JSON, sent as a text frame.');
const BINARY = invalid('binary_frame', 'A message must be JSON, sent as a text frame; this one was binary.');
const TOO_LARGE = tooLarge('message_too_large', `A message may have at most ${MAX_MESSAGE_BYTES} bytes.`);
const TOO_MANY = new DomainError(
  429,
  'too_many_messages',
  `At most ${MAX_WAITING} messages, of ${MAX_WAITING_BYTES} bytes in all, may wait on one connection; this one was not taken.`,
);
