import type { CDPSession, Page } from 'playwright-core';

/** What a page was busy with since it was last asked. */
export interface Busy {
  /** Tasks above 50 ms, and milliseconds of the longest. */
  readonly longTasks: number;
  readonly longestMs: number;
  /** Milliseconds of all of them together. */
  readonly blockedMs: number;
  /** Frames that came more than 50 ms after the one before, and how many came. */
  readonly lateFrames: number;
  readonly frames: number;
}

/** What a page holds. */
export interface Held {
  readonly nodes: number;
  readonly heapMb: number;
}

const OBSERVER = `
  globalThis.benchTasks = [];
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) globalThis.benchTasks.push(duration);
  }).observe({ type: 'longtask', buffered: true });
  globalThis.benchFrames = [];
  let last = 0;
  requestAnimationFrame(function frame(at) {
    if (last > 0) globalThis.benchFrames.push(at - last);
    last = at;
    requestAnimationFrame(frame);
  });
`;

const BUSY = `(() => {
  const tasks = globalThis.benchTasks.splice(0);
  const frames = globalThis.benchFrames.splice(0);
  return {
    longTasks: tasks.length,
    longestMs: Math.max(0, ...tasks),
    blockedMs: tasks.reduce((sum, ms) => sum + ms, 0),
    lateFrames: frames.filter((ms) => ms > 50).length,
    frames: frames.length,
  };
})()`;

/** Long tasks, frames, nodes and memory of a page in Chromium. */
export class PageFigures {
  private constructor(
    private readonly page: Page,
    private readonly session: CDPSession,
  ) {}

  /** Before the page goes anywhere. */
  static async of(page: Page): Promise<PageFigures> {
    await page.addInitScript(OBSERVER);
    const session = await page.context().newCDPSession(page);
    await session.send('Performance.enable');
    return new PageFigures(page, session);
  }

  /** Counts from now on. */
  async begin(): Promise<void> {
    await this.page.evaluate(BUSY);
  }

  busy(): Promise<Busy> {
    return this.page.evaluate<Busy>(BUSY);
  }

  /** After what is not used any more was collected. */
  async held(): Promise<Held> {
    await this.session.send('HeapProfiler.collectGarbage');
    const { metrics } = await this.session.send('Performance.getMetrics');
    const of = (name: string): number => metrics.find((metric) => metric.name === name)?.value ?? NaN;
    const nodes = await this.page.evaluate<number>(`document.querySelectorAll('*').length`);
    return { nodes, heapMb: of('JSHeapUsedSize') / 1_000_000 };
  }
}
