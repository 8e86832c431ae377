import { UpstreamFlow } from './upstream-exchange';

/** Whoever reads an answer, and may be slow. */
export interface Consumer {
  readonly congested: boolean;
}

/** Pauses a provider, by not reading on, while the consumer of its answer is slow. */
export class Backpressure {
  private flow: UpstreamFlow | undefined;
  private paused = false;

  /** @param wait resolves when the consumer is ready for more. */
  constructor(
    private readonly consumer: Consumer,
    private readonly wait: () => Promise<void>,
  ) {}

  start(flow: UpstreamFlow): void {
    this.flow = flow;
  }

  /** Called when there is no more to take. */
  conclude(): void {
    this.flow?.conclude();
  }

  /** Called after each piece that the consumer was given. */
  check(): void {
    if (!this.consumer.congested || this.paused || this.flow === undefined) return;
    const { flow } = this;
    this.paused = true;
    flow.pause();
    void this.wait().then(() => {
      this.paused = false;
      flow.resume();
    });
  }
}
