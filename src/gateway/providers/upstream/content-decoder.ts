import type { Transform } from 'node:stream';
import { constants, createBrotliDecompress, createGunzip, createInflate, createInflateRaw } from 'node:zlib';

/** What becomes of an answer once it is decompressed. */
export interface DecodedAnswer {
  data(chunk: Buffer): void;
  end(): void;
  /** Its bytes are not what its header says, or break off. */
  failed(error: Error): void;
}

/** Each piece comes out as soon as it is complete: an answer may be a stream of events. */
const FLUSHED = { flush: constants.Z_SYNC_FLUSH };

const CODINGS: Readonly<Record<string, (first: Buffer) => Transform>> = {
  gzip: () => createGunzip(FLUSHED),
  'x-gzip': () => createGunzip(FLUSHED),
  br: () => createBrotliDecompress({ flush: constants.BROTLI_OPERATION_FLUSH }),
  // Some servers leave out the zlib header that RFC 9110 wants.
  deflate: ([first = 0]) => ((first & 0x0f) === 8 ? createInflate(FLUSHED) : createInflateRaw(FLUSHED)),
};

/** Whether a body with this `content-encoding` has to be decompressed. */
export const isEncoded = (encoding: string | undefined): encoding is string =>
  encoding !== undefined && encoding !== '' && encoding.toLowerCase() !== 'identity';

/**
 * Decompresses the answer of a provider, or of a proxy before it, that did so unasked: the gateway asks for none, since the way to
 * a provider is not what an answer waits for.
 */
export class ContentDecoder {
  private stream: Transform | undefined;
  private paused = false;

  constructor(
    private readonly encoding: string,
    private readonly answer: DecodedAnswer,
    /** Lets more come when what was given has been decompressed. */
    private readonly drained: () => void,
  ) {}

  /** @returns whether there may be more at once. */
  write(chunk: Buffer): boolean {
    this.stream ??= this.open(chunk);
    return this.stream?.write(chunk) ?? true;
  }

  end(): void {
    if (this.stream === undefined) this.answer.end();
    else this.stream.end();
  }

  pause(): void {
    this.paused = true;
    this.stream?.pause();
  }

  resume(): void {
    this.paused = false;
    this.stream?.resume();
  }

  destroy(): void {
    this.stream?.destroy();
  }

  private open(first: Buffer): Transform | undefined {
    const coding = this.encoding.trim().toLowerCase();
    if (!Object.hasOwn(CODINGS, coding)) {
      this.answer.failed(new Error(`the content encoding "${coding}" is not known here`));
      return undefined;
    }
    const stream = CODINGS[coding]?.(first);
    stream?.on('data', (chunk: Buffer) => this.answer.data(chunk));
    stream?.once('end', () => this.answer.end());
    stream?.once('error', (error) => this.answer.failed(error));
    stream?.on('drain', this.drained);
    if (this.paused) stream?.pause();
    return stream;
  }
}
