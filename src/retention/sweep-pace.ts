import { setTimeout as sleep } from 'node:timers/promises';

/** After each step others have the database for so many times as long as the step took. */
const PAUSE_FACTOR = 4;
const MIN_PAUSE_MS = 5;
const MAX_PAUSE_MS = 1_000;

/** Has a sweep work in small steps, with pauses between them, and stop at any of them. */
export class SweepPace {
  private readonly stop = new AbortController();

  get isStopped(): boolean {
    return this.stop.signal.aborted;
  }

  /** Nothing is begun any more, and a pause ends. */
  end(): void {
    this.stop.abort();
  }

  /**
   * Repeats a step until it finds nothing more.
   *
   * @param step resolves with how much it has deleted; undefined: there is nothing left
   * @param onDeleted told after each step
   * @throws what `step` throws
   */
  async repeat(step: () => Promise<number | undefined>, onDeleted: (count: number) => void): Promise<void> {
    while (!this.isStopped) {
      const startedAt = performance.now();
      const deleted = await step();
      if (deleted === undefined) return;
      onDeleted(deleted);
      await this.pause((performance.now() - startedAt) * PAUSE_FACTOR);
    }
  }

  private async pause(ms: number): Promise<void> {
    const { signal } = this.stop;
    const bounded = Math.min(Math.max(ms, MIN_PAUSE_MS), MAX_PAUSE_MS);
    await sleep(bounded, undefined, { signal, ref: false }).catch(() => undefined);
  }
}
