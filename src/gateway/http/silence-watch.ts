const CHECK_INTERVAL_MS = 1000;

export interface SilenceLimits {
  /** Milliseconds without anything sent after which `keepAlive` is called. */
  readonly keepAliveMs: number;
  /** Milliseconds without anything heard after which `silent` is called, once. */
  readonly idleMs: number;
}

/** Two timers over one stream that cost a timestamp per part: for what is heard upstream and what is sent on. */
export class SilenceWatch {
  private heardAt = performance.now();
  private sentAt = performance.now();
  private readonly timer: NodeJS.Timeout;

  constructor(
    private readonly limits: SilenceLimits,
    private readonly keepAlive: () => void,
    private readonly silent: () => void,
  ) {
    const interval = Math.min(CHECK_INTERVAL_MS, limits.keepAliveMs, limits.idleMs);
    this.timer = setInterval(() => this.check(), interval);
  }

  /** The provider said something, which is passed on. */
  touch(): void {
    this.heardAt = this.sentAt = performance.now();
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private check(): void {
    const now = performance.now();
    if (now - this.heardAt >= this.limits.idleMs) {
      this.stop();
      this.silent();
    } else if (now - this.sentAt >= this.limits.keepAliveMs) {
      this.sentAt = now;
      this.keepAlive();
    }
  }
}
