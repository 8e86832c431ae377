/** Items beyond which the producer is asked to stop, and at which it may go on. */
const HIGH_WATER = 1_000;
const LOW_WATER = 250;

/**
 * Holds what was said until it is read; nothing is dropped. One reader at a time.
 *
 * `onPressure(true)` asks the producer to stop, `onPressure(false)` lets it go on.
 */
export class SignalQueue<T> implements AsyncIterable<T> {
  private items: T[] = [];
  private pressed = false;
  private ended = false;
  private failure: Error | null = null;
  private wake: (() => void) | null = null;

  constructor(private readonly onPressure: (pressed: boolean) => void) {}

  push(item: T): void {
    if (this.ended) return;
    this.items.push(item);
    if (this.items.length >= HIGH_WATER) this.press(true);
    this.wake?.();
  }

  /** Drops what was not read and ends the reader. */
  end(): void {
    this.ended = true;
    this.items = [];
    this.press(false);
    this.wake?.();
  }

  /** Lets the reader read what is there, then throws at it. */
  fail(error: Error): void {
    this.failure ??= error;
    this.wake?.();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T, void, void> {
    for (;;) {
      const item = this.items.shift();
      if (this.items.length <= LOW_WATER) this.press(false);
      if (item !== undefined) yield item;
      else if (this.ended) return;
      else if (this.failure !== null) throw this.failure;
      else await this.nextPush();
    }
  }

  private nextPush(): Promise<void> {
    return new Promise((resolve) => {
      this.wake = () => {
        this.wake = null;
        resolve();
      };
    });
  }

  private press(pressed: boolean): void {
    if (this.pressed === pressed) return;
    this.pressed = pressed;
    this.onPressure(pressed);
  }
}
