import { FrameBatch } from './frame-batch';

/** A browser whose frames and idle times come when a test says so. */
class FakeBrowser {
  private readonly waiting = new Map<string, () => void>();

  install(): void {
    Object.assign(globalThis, {
      document: { hidden: false },
      requestAnimationFrame: (run: () => void) => void this.waiting.set('frame', run),
      cancelAnimationFrame: () => void this.waiting.delete('frame'),
      requestIdleCallback: (run: () => void) => void this.waiting.set('idle', run),
      cancelIdleCallback: () => void this.waiting.delete('idle'),
    });
  }

  uninstall(): void {
    for (const name of ['document', 'requestAnimationFrame', 'cancelAnimationFrame'])
      Reflect.deleteProperty(globalThis, name);
    for (const name of ['requestIdleCallback', 'cancelIdleCallback']) Reflect.deleteProperty(globalThis, name);
  }

  /** False when nobody waits for it. */
  comes(what: 'frame' | 'idle'): boolean {
    const run = this.waiting.get(what);
    this.waiting.delete(what);
    run?.();
    return run !== undefined;
  }
}

describe('handing on a stream by frames', () => {
  const browser = new FakeBrowser();
  let shown: number[][];
  let batch: FrameBatch<number>;

  beforeEach(() => {
    browser.install();
    shown = [];
    batch = new FrameBatch((items) => shown.push(items));
  });
  afterEach(() => browser.uninstall());

  it('joins what comes within a frame', () => {
    [1, 2, 3].forEach((item) => batch.add(item));
    browser.comes('frame');
    expect(shown).toEqual([[1, 2, 3]]);
  });

  it('waits for the page to settle before it hands on more, so that React comes to rest in between', () => {
    batch.add(1);
    browser.comes('frame');
    batch.add(2);
    expect(browser.comes('frame')).toBe(false);
    browser.comes('idle');
    batch.add(3);
    browser.comes('frame');
    expect(shown).toEqual([[1], [2, 3]]);
  });

  it('hands on at the next frame once it has settled', () => {
    batch.add(1);
    browser.comes('frame');
    browser.comes('idle');
    batch.add(2);
    browser.comes('frame');
    expect(shown).toEqual([[1], [2]]);
  });

  it('hands on nothing that was dropped, and goes on after that', () => {
    batch.add(1);
    batch.clear();
    expect(browser.comes('frame')).toBe(false);
    batch.add(2);
    browser.comes('frame');
    batch.add(3);
    batch.clear();
    expect(browser.comes('idle')).toBe(false);
    expect(shown).toEqual([[2]]);
  });
});
