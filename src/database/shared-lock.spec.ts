import { setImmediate as turnOfTheLoop } from 'node:timers/promises';
import { SharedLock } from './shared-lock';

describe('SharedLock', () => {
  let lock: SharedLock;
  let order: string[];

  beforeEach(() => {
    lock = new SharedLock();
    order = [];
  });

  /** Resolves with what gives it back, once it is held. */
  const holding = async (name: string, isAlone = false): Promise<() => void> => {
    const release = await lock.acquire(isAlone);
    order.push(name);
    return release;
  };

  it('is held by many at once', async () => {
    await Promise.all([holding('a'), holding('b')]);
    expect(order).toEqual(['a', 'b']);
  });

  it('is held alone only when all others have given it back, and lets nobody in until then', async () => {
    const [a, b] = await Promise.all([holding('a'), holding('b')]);
    const alone = holding('alone', true);
    a();
    // A second time, which is not to count for the other one.
    a();
    await turnOfTheLoop();
    expect(order).toEqual(['a', 'b']);
    b();
    const release = await alone;
    const later = [holding('c'), holding('d', true), holding('e')];
    await turnOfTheLoop();
    expect(order).toEqual(['a', 'b', 'alone']);
    release();
    (await later[0])?.();
    (await later[1])?.();
    await later[2];
    expect(order).toEqual(['a', 'b', 'alone', 'c', 'd', 'e']);
  });

  it('is not held alone past one that waits to hold it with others', async () => {
    const alone = await holding('alone', true);
    const later = [holding('a'), holding('b'), holding('second', true)];
    alone();
    const [a, b] = await Promise.all(later.slice(0, 2));
    await turnOfTheLoop();
    expect(order).toEqual(['alone', 'a', 'b']);
    a?.();
    b?.();
    await later[2];
    expect(order).toEqual(['alone', 'a', 'b', 'second']);
  });
});
