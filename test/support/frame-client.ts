import type { IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { WebSocket } from 'ws';
import { eventually } from './eventually';

/** What a server sends over a WebSocket of a contract. */
export type Frame = Readonly<Record<string, unknown>> & { readonly type: string };

/** The answer to an upgrade that was not made. */
export interface RefusedUpgrade {
  readonly status: number | undefined;
  readonly code: unknown;
}

const addressOf = (url: string, path: string): string => `${url.replace(/^http/, 'ws')}${path}`;

/** A program at the other end of a WebSocket: sends and keeps JSON in text frames. */
export class FrameClient {
  readonly frames: Frame[] = [];
  /** Code and reason of the end; undefined while it is open. */
  closed: { readonly code: number; readonly reason: string } | undefined;
  private read = 0;

  private constructor(readonly socket: WebSocket) {
    socket.on('message', (data: Buffer) => this.frames.push(JSON.parse(data.toString()) as Frame));
    socket.once('close', (code: number, reason: Buffer) => (this.closed = { code, reason: reason.toString() }));
    socket.on('error', () => undefined);
  }

  static async connect(
    url: string,
    path: string,
    headers: Record<string, string> = {},
    protocols: string[] = [],
  ): Promise<FrameClient> {
    const socket = new WebSocket(addressOf(url, path), protocols, { headers });
    const client = new FrameClient(socket);
    await new Promise<void>((resolve, reject) => socket.once('open', resolve).once('error', reject));
    return client;
  }

  /** Asks for a WebSocket that is refused. */
  static refused(url: string, path: string, headers: Record<string, string> = {}): Promise<RefusedUpgrade> {
    const socket = new WebSocket(addressOf(url, path), { headers });
    return new Promise((resolve, reject) => {
      socket.once('open', () => reject(new Error(`${path} was opened`))).on('error', () => undefined);
      socket.once('unexpected-response', (_request, answer: IncomingMessage) => {
        text(answer).then((body) => {
          resolve({ status: answer.statusCode, code: (JSON.parse(body) as { code?: unknown }).code });
          socket.terminate();
        }, reject);
      });
    });
  }

  /** @param message a string is sent as it is */
  send(message: unknown): void {
    this.socket.send(typeof message === 'string' ? message : JSON.stringify(message));
  }

  /** The frames behind those that were taken before, up to the first that is meant. */
  async take(what: string, isLast: (frame: Frame) => boolean): Promise<Frame[]> {
    const last = await eventually(what, () => {
      const index = this.frames.findIndex((frame, at) => at >= this.read && isLast(frame));
      return index < 0 ? undefined : { index };
    }).catch((error: unknown) => {
      throw new Error(`${what} did not come; received: ${JSON.stringify(this.frames.slice(this.read))}`, {
        cause: error,
      });
    });
    const taken = this.frames.slice(this.read, last.index + 1);
    this.read = last.index + 1;
    return taken;
  }

  /** The same up to the first of a type. */
  takeTo(type: string): Promise<Frame[]> {
    return this.take(`a frame ${type}`, (frame) => frame.type === type);
  }

  async end(): Promise<NonNullable<FrameClient['closed']>> {
    return eventually('the connection is closed', () => this.closed);
  }

  close(): void {
    this.socket.terminate();
  }
}
