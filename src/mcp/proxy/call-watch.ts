import { McpFailure } from './json-rpc';

/** Ends a call that is silent for too long, or whose caller has gone. */
export class CallWatch {
  private readonly ending = new AbortController();
  private timer: NodeJS.Timeout | undefined;

  /**
   * @param limitMs of silence
   * @param closed aborted when the caller has gone
   * @param isExcused whether silence says nothing at the moment, as a person is asked
   */
  constructor(
    private readonly limitMs: number,
    private readonly closed: AbortSignal,
    private readonly isExcused: () => boolean,
  ) {
    closed.addEventListener('abort', this.leave, { once: true });
    if (closed.aborted) this.leave();
    this.touch();
  }

  get signal(): AbortSignal {
    return this.ending.signal;
  }

  /** Something has come. */
  touch(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.expired(), this.limitMs).unref();
  }

  stop(): void {
    clearTimeout(this.timer);
    this.closed.removeEventListener('abort', this.leave);
  }

  private readonly leave = (): void => this.ending.abort(new McpFailure('ended', 'was no longer waited for'));

  private expired(): void {
    if (this.isExcused()) return this.touch();
    this.ending.abort(new McpFailure('timeout', `has said nothing for ${Math.round(this.limitMs / 1000)} seconds`));
  }
}
