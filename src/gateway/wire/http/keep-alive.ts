/**
 * A client like codex gives up on a stream that is silent for long (300 s there), common proxies after 30 s. The check adds up
 * to a second, which makes it 15 s.
 */
export const KEEP_ALIVE = { silenceMs: 14_000, checkMs: 1000 };

/** Has something sent to a client that has received nothing for a while. */
export class KeepAlive {
  private calledAt = performance.now();
  private readonly timer: NodeJS.Timeout;

  /**
   * @param client when it was last sent anything, on the monotonic clock.
   * @param send called in a silence, again and again.
   */
  constructor(
    private readonly client: { readonly lastSentAtMs: number },
    private readonly send: () => void,
  ) {
    this.timer = setInterval(() => this.check(), KEEP_ALIVE.checkMs);
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private check(): void {
    const nowMs = performance.now();
    if (nowMs - Math.max(this.calledAt, this.client.lastSentAtMs) < KEEP_ALIVE.silenceMs) return;
    this.calledAt = nowMs;
    this.send();
  }
}
