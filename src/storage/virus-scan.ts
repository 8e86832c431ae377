import { Injectable } from '@nestjs/common';
import { once } from 'node:events';
import { connect, Socket } from 'node:net';
import { DomainError, RETRY_AFTER_SECONDS } from '../common/domain.error';
import { ComponentLogger, Logger } from '../common/logger';
import { UploadConfig } from '../config/upload.config';

const PORT = 3310;
const MAX_REPLY = 1_000;
/** clamd takes what comes in one piece up to its StreamMaxLength; pieces may be as small as one likes. */
const MAX_PIECE = 64 * 1024;

/** Has content looked at by a `clamd`, where there is one, while it is stored. */
@Injectable()
export class VirusScan {
  private readonly logger: ComponentLogger;

  constructor(
    private readonly config: UploadConfig,
    logger: Logger,
  ) {
    this.logger = logger.child({ component: 'virus-scan' });
  }

  /**
   * Passes the content on, and fails at its end where it is not clean: whoever stores it has to give it up then.
   *
   * @throws DomainError 422 `file_infected`, 413 `file_not_scanned` for more than clamd takes, 503 `scanner_unavailable`
   */
  scanned(content: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
    return this.config.clamdHost === '' ? content : this.throughClamd(content);
  }

  /** By its INSTREAM command: pieces with their lengths, and one of no length; see clamd(8). */
  private async *throughClamd(content: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, void> {
    const clamd = new Clamd(this.config.clamdHost, this.config.clamdTimeoutSeconds * 1000);
    try {
      await this.orUnavailable(clamd.begin());
      for await (const chunk of content) {
        for (let at = 0; at < chunk.byteLength; at += MAX_PIECE) {
          await this.orUnavailable(clamd.send(chunk.subarray(at, at + MAX_PIECE)));
        }
        yield chunk;
      }
      this.judge(await this.orUnavailable(clamd.verdict()));
    } finally {
      clamd.close();
    }
  }

  private judge(reply: string): void {
    if (/^stream: OK$/.test(reply)) return;
    const [, found] = /^stream: (.+) FOUND$/.exec(reply) ?? [];
    this.logger.warn({ reply }, 'clamd has refused an upload');
    if (found !== undefined)
      throw new DomainError(422, 'file_infected', `The file is not taken: ${found} was found in it.`);
    if (reply.includes('size limit exceeded')) throw TOO_LARGE;
    throw UNAVAILABLE(new Error(`clamd said: ${reply}`));
  }

  private orUnavailable<T>(work: Promise<T>): Promise<T> {
    return work.catch((error: unknown) => {
      this.logger.error({ err: error }, 'clamd cannot look at uploads: nothing is taken in');
      throw UNAVAILABLE(error);
    });
  }
}

/** One connection, for one content. */
class Clamd {
  private readonly socket: Socket;
  private readonly ended: Promise<string>;

  constructor(host: string, timeoutMs: number) {
    const [name = '', port] = host.startsWith('/') ? [] : host.split(':');
    this.socket = host.startsWith('/') ? connect(host) : connect({ host: name, port: Number(port ?? PORT) });
    this.socket.setTimeout(timeoutMs, () => this.socket.destroy(new Error('clamd does not answer')));
    this.ended = replyOf(this.socket);
    this.ended.catch(() => undefined);
  }

  async begin(): Promise<void> {
    if (this.socket.connecting) await once(this.socket, 'connect');
    await this.write(Buffer.from('zINSTREAM\0'));
  }

  async send(piece: Uint8Array): Promise<void> {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(piece.byteLength);
    await this.write(length);
    await this.write(piece);
  }

  async verdict(): Promise<string> {
    await this.write(Buffer.alloc(4));
    return this.ended;
  }

  close(): void {
    this.socket.destroy();
  }

  /** clamd that has refused closes, with its reply before: what comes of that is told by `verdict`. */
  private async write(bytes: Uint8Array): Promise<void> {
    if (this.socket.destroyed || !this.socket.writable) return;
    if (!this.socket.write(bytes)) await Promise.race([once(this.socket, 'drain'), this.ended]);
  }
}

function replyOf(socket: Socket): Promise<string> {
  return new Promise((resolve, reject) => {
    let reply = '';
    socket.setEncoding('utf8').on('data', (text: string) => {
      reply = (reply + text).slice(0, MAX_REPLY);
      if (reply.includes('\0')) resolve(reply.slice(0, reply.indexOf('\0')).trim());
    });
    socket.once('error', reject);
    socket.once('close', () =>
      reply === '' ? reject(new Error('clamd has closed the connection')) : resolve(reply.trim()),
    );
  });
}

const UNAVAILABLE = (cause: unknown): DomainError =>
  new DomainError(503, 'scanner_unavailable', 'Files cannot be looked at for viruses now: nothing was stored.', {
    ...{ cause, retryAfterSeconds: RETRY_AFTER_SECONDS },
  });
const TOO_LARGE = new DomainError(413, 'file_not_scanned', 'The file is larger than the virus scanner takes.');
