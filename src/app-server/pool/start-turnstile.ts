import { RequestGate } from '../rpc/request-gate';

/**
 * Lets starts through in order, so many at once: of processes that share a home one, because they fail when they start
 * together (2 of 128 were lost).
 */
export class StartTurnstile {
  private readonly gate: RequestGate;

  constructor(atOnce = 1) {
    this.gate = new RequestGate(atOnce);
  }

  async pass<T>(start: () => Promise<T>): Promise<T> {
    await this.gate.enter();
    try {
      return await start();
    } finally {
      this.gate.leave();
    }
  }
}
