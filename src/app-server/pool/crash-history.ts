/** Counts crashes within a sliding window: a supervisor's restart intensity. */
export class CrashHistory {
  private times: number[] = [];

  constructor(
    private readonly maximum: number,
    private readonly windowMs: number,
  ) {}

  /** @param atMs on a clock that does not jump */
  record(atMs: number): void {
    this.times = [...this.times.filter((time) => atMs - time < this.windowMs), atMs];
  }

  /** Crashes in the window that ended with the last one. */
  get count(): number {
    return this.times.length;
  }

  get isExceeded(): boolean {
    return this.times.length >= this.maximum;
  }

  clear(): void {
    this.times = [];
  }
}
