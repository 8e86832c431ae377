/** Lets a number of requests through at once; the others wait in the order in which they came. */
export class RequestGate {
  private readonly waiting: (() => void)[] = [];
  private inside = 0;

  constructor(private readonly limit: number) {}

  get inFlight(): number {
    return this.inside;
  }

  /** Resolves with true inside the gate, to be left by `leave`, or with false after `timeoutMs`, if there is one. */
  enter(timeoutMs?: number): Promise<boolean> {
    if (this.inside < this.limit) {
      this.inside += 1;
      return Promise.resolve(true);
    }
    return new Promise((resolve) => {
      const admit = (): void => {
        clearTimeout(timer);
        resolve(true);
      };
      const giveUp = (): void => {
        this.waiting.splice(this.waiting.indexOf(admit), 1);
        resolve(false);
      };
      const timer = timeoutMs === undefined ? undefined : setTimeout(giveUp, timeoutMs);
      this.waiting.push(admit);
    });
  }

  /** Gives the place to the one that has waited longest. */
  leave(): void {
    const next = this.waiting.shift();
    if (next === undefined) this.inside -= 1;
    else next();
  }
}
