/** Something whose output can be held up. */
interface Output {
  pauseOutput(): void;
  resumeOutput(): void;
}

/**
 * Holds up a process's output while a reader of it has too much to read.
 *
 * Not while a request waits for its answer, which comes by the same way: a reader that interrupts its turn would
 * otherwise wait for itself.
 */
export class BackpressureGate {
  private readonly pressing = new Set<object>();
  private requests = 0;
  private paused = false;

  constructor(private readonly output: Output) {}

  /** The output is not read at the moment. */
  get isPaused(): boolean {
    return this.paused;
  }

  setPressure(reader: object, pressed: boolean): void {
    if (pressed) this.pressing.add(reader);
    else this.pressing.delete(reader);
    this.update();
  }

  async during<T>(request: () => Promise<T>): Promise<T> {
    this.requests += 1;
    this.update();
    try {
      return await request();
    } finally {
      this.requests -= 1;
      this.update();
    }
  }

  private update(): void {
    const isPaused = this.pressing.size > 0 && this.requests === 0;
    if (isPaused === this.paused) return;
    this.paused = isPaused;
    if (isPaused) this.output.pauseOutput();
    else this.output.resumeOutput();
  }
}
