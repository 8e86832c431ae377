/** How long a hidden tab may lag behind; browsers give it no animation frames. */
const HIDDEN_TAB_DELAY_MS = 500;
/** A page too busy to ever be idle is still shown this often. */
const MAX_SETTLING_MS = 250;
/** Where the browser does not tell when it is idle. */
const ASSUMED_SETTLING_MS = 50;

/**
 * Hands items on at most once per animation frame, so a burst of deltas costs one render instead of one each, and only
 * when the page has settled after the last time. Without that, a page slower than the stream never comes to rest
 * between two renders, which React takes for an endless loop after 50 of them (its error 185) and gives up.
 */
export class FrameBatch<T> {
  private pending: T[] = [];
  /** Ends the waiting for a frame, or for the page to settle. */
  private cancel: (() => void) | null = null;

  constructor(private readonly flush: (items: T[]) => void) {}

  add(item: T): void {
    this.pending.push(item);
    this.cancel ??= onNextFrame(this.run);
  }

  /** Drops what has not been handed on. */
  clear(): void {
    this.cancel?.();
    this.cancel = null;
    this.pending = [];
  }

  private readonly run = () => {
    const items = this.pending;
    this.pending = [];
    this.cancel = onceSettled(this.settle);
    this.flush(items);
  };

  private readonly settle = () => {
    this.cancel = this.pending.length > 0 ? onNextFrame(this.run) : null;
  };
}

function onNextFrame(run: () => void): () => void {
  if (document.hidden) return afterMs(HIDDEN_TAB_DELAY_MS, run);
  const frame = requestAnimationFrame(run);
  return () => cancelAnimationFrame(frame);
}

/** React's own follow-up work is queued as ordinary tasks, which come before idle time. */
function onceSettled(run: () => void): () => void {
  if (!('requestIdleCallback' in globalThis)) return afterMs(ASSUMED_SETTLING_MS, run);
  const handle = requestIdleCallback(run, { timeout: MAX_SETTLING_MS });
  return () => cancelIdleCallback(handle);
}

function afterMs(ms: number, run: () => void): () => void {
  const timer = setTimeout(run, ms);
  return () => clearTimeout(timer);
}
