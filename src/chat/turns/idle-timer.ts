/** Calls back once when nothing was reported for a while. */
export class IdleTimer {
  private timer: NodeJS.Timeout | undefined;
  private lastProgress = performance.now();

  /**
   * @param limitMs silence that is too long, in milliseconds.
   * @param excused silence has a reason at the moment, such as a person who has to answer.
   */
  constructor(
    private readonly limitMs: number,
    private readonly excused: () => boolean,
    private readonly onIdle: () => void,
  ) {
    this.schedule(limitMs);
  }

  progress(): void {
    this.lastProgress = performance.now();
  }

  stop(): void {
    clearTimeout(this.timer);
  }

  private schedule(delayMs: number): void {
    this.timer = setTimeout(() => this.check(), delayMs);
    this.timer.unref();
  }

  private check(): void {
    if (this.excused()) this.progress();
    const leftMs = this.lastProgress + this.limitMs - performance.now();
    if (leftMs <= 0) this.onIdle();
    else this.schedule(leftMs);
  }
}
