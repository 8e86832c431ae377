import { circuitBreaker, CircuitBreakerPolicy, CircuitState, ConsecutiveBreaker, handleWhen } from 'cockatiel';
import { upstreamErrorOf } from '../errors/upstream-failure';
import { UpstreamError } from '../errors/upstream.error';

/** Failures in a row after which a deployment is left alone. */
export const BREAK_AFTER_FAILURES = 10;
/** How long, in milliseconds, until one call tries it again. */
export const BREAK_MS = 10_000;
/** A key that was refused is not tried for so long while there are others. */
const REFUSED_REST_MS = 30_000;
const PROBE_CHECK_MS = 50;

/** What is known of one deployment from its last calls. */
export class DeploymentHealth {
  private readonly breaker: CircuitBreakerPolicy = circuitBreaker(handleWhen(isOutage), {
    halfOpenAfter: BREAK_MS,
    breaker: new ConsecutiveBreaker(BREAK_AFTER_FAILURES),
  });
  private brokenAt = 0;
  private probing = false;
  private restUntil = 0;
  private lastFailure = '';

  constructor(onBreak: (failure: string) => void) {
    this.breaker.onBreak(() => {
      this.brokenAt = performance.now();
      onBreak(this.lastFailure);
    });
  }

  /** Whether it may be called at all: it is no outage, or time for one call to see whether that is over. */
  get mayBeCalled(): boolean {
    if (this.breaker.state === CircuitState.Closed) return true;
    return !this.probing && performance.now() - this.brokenAt >= BREAK_MS;
  }

  /** Whether it asked for a pause; others go first. */
  get rests(): boolean {
    return performance.now() < this.restUntil;
  }

  /** Why it may not be called. */
  get outage(): UpstreamError {
    const message = `is left alone after ${BREAK_AFTER_FAILURES} failures in a row; the last one ${this.lastFailure}`;
    return new UpstreamError('upstream_unavailable', message, { status: 503 });
  }

  /** Makes a call and takes note of its end. Of the call after an outage, output is enough to call it over. */
  async call<T>(attempt: () => Promise<T>, hasOutput: () => boolean): Promise<T> {
    const noted = this.noting(attempt);
    if (this.breaker.state === CircuitState.Closed) return this.breaker.execute(noted);
    this.probing = true;
    const running = noted();
    const ended = new AbortController();
    try {
      await this.breaker.execute(() => Promise.race([running, untilOutput(hasOutput, ended.signal)]));
    } finally {
      ended.abort();
      this.probing = false;
    }
    return running;
  }

  private noting<T>(attempt: () => Promise<T>): () => Promise<T> {
    return async () => {
      try {
        return await attempt();
      } catch (error) {
        this.note(upstreamErrorOf(error));
        throw error;
      }
    };
  }

  private note({ code, message, retryAfterMs }: UpstreamError): void {
    this.lastFailure = message;
    const refused = code === 'upstream_unauthorized' || code === 'usage_limit_exceeded';
    const restMs = refused ? REFUSED_REST_MS : code === 'rate_limit_exceeded' ? (retryAfterMs ?? 1000) : 0;
    this.restUntil = Math.max(this.restUntil, performance.now() + restMs);
  }
}

/** Not the fault of the request, and not a limit that was reached. */
function isOutage(error: unknown): boolean {
  if (error instanceof Error && error.name === 'AbortError') return false;
  const { code, retryable } = upstreamErrorOf(error);
  return code === 'upstream_unavailable' || (code === 'upstream_error' && retryable);
}

function untilOutput(hasOutput: () => boolean, ended: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setInterval(() => hasOutput() && finish(), PROBE_CHECK_MS);
    const finish = (): void => {
      clearInterval(timer);
      resolve();
    };
    ended.addEventListener('abort', finish, { once: true });
  });
}
