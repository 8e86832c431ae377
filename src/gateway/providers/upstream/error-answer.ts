import type { IncomingHttpHeaders } from 'node:http';
import { upstreamErrorInstead, upstreamErrorOfHttp } from '../../wire/upstream-failure';
import { UpstreamError } from '../../wire/upstream.error';
import { parseJson } from '../../wire/json';

/** Longest error answer that is read, in bytes. */
const MAX_BYTES = 64 * 1024;

/** What a provider says before the body of its answer. */
export interface AnswerHead {
  readonly status: number;
  readonly statusText: string;
  readonly headers: IncomingHttpHeaders;
}

/** An answer that is an error, by its status or because it is no stream of events where one was asked for. */
export class ErrorAnswer {
  private readonly chunks: Buffer[] = [];
  private bytes = 0;

  constructor(private readonly head: AnswerHead) {}

  /** @throws UpstreamError, the one that it tells, when it is longer than it needs to be. */
  data(chunk: Buffer): void {
    this.bytes += chunk.length;
    if (this.bytes > MAX_BYTES) throw this.error;
    this.chunks.push(chunk);
  }

  /** The error, in the words of the provider. */
  get error(): UpstreamError {
    const { status, statusText, headers } = this.head;
    const body = Buffer.concat(this.chunks).toString();
    if (status < 300) return upstreamErrorInstead('stream of events', parseJson(body));
    return upstreamErrorOfHttp({ status, statusText, header: (name) => headers[name]?.toString(), body });
  }

  /** The error of an answer that broke off; undefined where the status tells none. */
  get byStatus(): UpstreamError | undefined {
    const { status, statusText } = this.head;
    if (status < 300) return undefined;
    return upstreamErrorOfHttp({ status, statusText, header: () => undefined, body: '' });
  }
}
