import { abortWith } from '../../common/abort-with';
import { UpstreamTimeouts } from '../catalog/backend';
import { UpstreamError } from '../wire/upstream.error';

const CHECK_INTERVAL_MS = 1000;

/**
 * Ends one attempt whose provider says nothing for too long. Costs a timestamp per piece of the answer.
 *
 * The connections have the same limits for bytes; this one counts what has a meaning, so that a provider that only
 * keeps its connection alive ends as well.
 */
export class AttemptWatch {
  /** Aborted with an UpstreamError on silence, and with the client's reason when it leaves. */
  readonly signal: AbortSignal;
  private readonly ending = new AbortController();
  private readonly forgetClient: () => void;
  private readonly timer: NodeJS.Timeout;
  private receivedAt = performance.now();
  private limitMs: number;

  constructor(
    private readonly timeouts: UpstreamTimeouts,
    client: AbortSignal,
  ) {
    this.limitMs = timeouts.firstByteMs;
    this.signal = this.ending.signal;
    this.forgetClient = abortWith(client, this.ending);
    const interval = Math.min(CHECK_INTERVAL_MS, timeouts.firstByteMs, timeouts.idleMs);
    this.timer = setInterval(() => this.check(), interval);
  }

  /** The provider has sent something. */
  touch(): void {
    this.limitMs = this.timeouts.idleMs;
    this.receivedAt = performance.now();
  }

  /** Waits for a client that is slow; the provider, which is held up meanwhile, is not silent. */
  async paused(wait: Promise<void>): Promise<void> {
    this.receivedAt = Infinity;
    await wait;
    this.touch();
  }

  stop(): void {
    clearInterval(this.timer);
    this.forgetClient();
  }

  private check(): void {
    if (performance.now() - this.receivedAt < this.limitMs) return;
    this.stop();
    this.ending.abort(UpstreamError.silent(this.limitMs / 1000));
  }
}

/** Runs one attempt under a watch. */
export async function watched<T>(
  timeouts: UpstreamTimeouts,
  client: AbortSignal,
  attempt: (watch: AttemptWatch) => Promise<T>,
): Promise<T> {
  const watch = new AttemptWatch(timeouts, client);
  try {
    return await attempt(watch);
  } finally {
    watch.stop();
  }
}
