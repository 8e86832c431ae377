/** Does the same again and again, the next time so long after the last has ended. Nothing is kept alive by it. */
export class RegularCheck {
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> = Promise.resolve();
  private isStopped = false;

  /** @param check never throws */
  constructor(
    private readonly check: () => Promise<void>,
    private readonly intervalMs: number,
  ) {}

  start(): void {
    if (this.isStopped) return;
    this.timer = setTimeout(() => this.startNow(), this.intervalMs).unref();
  }

  /** The first time at once. */
  startNow(): void {
    this.running = this.check().finally(() => this.start());
  }

  /** Resolves when the last has ended. */
  async stop(): Promise<void> {
    this.isStopped = true;
    clearTimeout(this.timer);
    await this.running;
  }
}
