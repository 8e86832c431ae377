/** How long a hidden tab may lag behind; browsers give it no animation frames. */
const HIDDEN_TAB_DELAY_MS = 500;

/**
 * Hands items on once per animation frame, so a burst of deltas costs one render instead of one each.
 */
export class FrameBatch<T> {
  private pending: T[] = [];
  private cancel: (() => void) | null = null;

  constructor(private readonly flush: (items: T[]) => void) {}

  add(item: T): void {
    this.pending.push(item);
    this.cancel ??= schedule(this.run);
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
    this.cancel = null;
    this.flush(items);
  };
}

function schedule(run: () => void): () => void {
  if (document.hidden) {
    const timer = setTimeout(run, HIDDEN_TAB_DELAY_MS);
    return () => clearTimeout(timer);
  }
  const frame = requestAnimationFrame(run);
  return () => cancelAnimationFrame(frame);
}
