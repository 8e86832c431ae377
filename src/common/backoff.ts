export interface BackoffOptions {
  /** First delay, in milliseconds. */
  readonly initialMs: number;
  /** Longest delay, in milliseconds. */
  readonly maximumMs: number;
}

/** Full-range jitter over the upper half of an exponentially growing delay, in milliseconds. `attempt` counts from 0. */
export function backoffDelayMs(attempt: number, { initialMs, maximumMs }: BackoffOptions): number {
  const ceiling = Math.min(maximumMs, initialMs * 2 ** Math.min(attempt, 30));
  return ceiling / 2 + Math.random() * (ceiling / 2);
}
