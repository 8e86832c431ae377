import { Injectable } from '@nestjs/common';
import { UpstreamErrorCode } from '../wire/upstream.error';

/** Why the last response of a thread failed, in the provider's words and without keys. */
export interface UpstreamFailure {
  readonly code: UpstreamErrorCode;
  readonly message: string;
}

const MAX_FAILURES = 10_000;

/**
 * The last failure of each codex thread, for whoever reports the end of its turn: codex replaces some messages by its
 * own and knows only a few kinds of error.
 */
@Injectable()
export class UpstreamFailures {
  private readonly byThread = new Map<string, UpstreamFailure>();

  record(threadId: string, failure: UpstreamFailure): void {
    this.byThread.delete(threadId);
    this.byThread.set(threadId, failure);
    if (this.byThread.size <= MAX_FAILURES) return;
    const [oldest] = this.byThread.keys();
    if (oldest !== undefined) this.byThread.delete(oldest);
  }

  /** Called when the thread asks again. */
  clear(threadId: string): void {
    this.byThread.delete(threadId);
  }

  /** The failure of the thread's last response, once. */
  take(threadId: string): UpstreamFailure | undefined {
    const failure = this.byThread.get(threadId);
    this.byThread.delete(threadId);
    return failure;
  }
}
