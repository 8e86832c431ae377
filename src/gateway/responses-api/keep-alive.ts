const CHECK_INTERVAL_MS = 1000;

/** Has something said to a client that has heard nothing for a while; costs a timestamp per piece of the answer. */
export class KeepAlive {
  private saidAt = performance.now();
  private readonly timer: NodeJS.Timeout;

  /** @param silenceMs after which `say` is called, and again and again. */
  constructor(
    private readonly silenceMs: number,
    private readonly say: () => void,
  ) {
    this.timer = setInterval(() => this.check(), Math.min(CHECK_INTERVAL_MS, silenceMs));
  }

  /** Something was said. */
  touch(): void {
    this.saidAt = performance.now();
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private check(): void {
    if (performance.now() - this.saidAt < this.silenceMs) return;
    this.touch();
    this.say();
  }
}
