import { UpstreamFlow } from './upstream-exchange';

/** Whoever takes an answer, and may be slow. */
export interface Taker {
  readonly congested: boolean;
}

/** Holds a provider up, by not reading on, while whoever takes its answer is slow. */
export class HeldFlow {
  private flow: UpstreamFlow | undefined;
  private held = false;

  /** @param wait resolves when the taker is ready for more. */
  constructor(
    private readonly taker: Taker,
    private readonly wait: () => Promise<void>,
  ) {}

  start(flow: UpstreamFlow): void {
    this.flow = flow;
  }

  /** Called when there is no more to take. */
  conclude(): void {
    this.flow?.conclude();
  }

  /** Called after each piece that the taker was given. */
  check(): void {
    if (!this.taker.congested || this.held || this.flow === undefined) return;
    const { flow } = this;
    this.held = true;
    flow.pause();
    void this.wait().then(() => {
      this.held = false;
      flow.resume();
    });
  }
}
