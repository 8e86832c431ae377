import { getEventListeners } from 'node:events';
import { Semaphore } from './semaphore';

describe('Semaphore', () => {
  const started = (semaphore: Semaphore, count: number) => {
    const running = { now: 0, most: 0, order: [] as number[] };
    const ends = Array.from({ length: count }, () => Promise.withResolvers<void>());
    const work = async (index: number): Promise<void> => {
      running.most = Math.max(running.most, (running.now += 1));
      running.order.push(index);
      await ends[index]?.promise.finally(() => (running.now -= 1));
    };
    const all = ends.map((_, index) => semaphore.run(() => work(index)));
    return { running, ends, all: Promise.allSettled(all) };
  };

  it('with one permit lets one piece of work run after the other, in order', async () => {
    const { running, ends, all } = started(new Semaphore(1), 3);
    ends.forEach(({ resolve }) => resolve());
    await all;
    expect(running).toMatchObject({ most: 1, order: [0, 1, 2] });
  });

  it('lets as many run at once as it has permits, and gets back the permit of work that has failed', async () => {
    const semaphore = new Semaphore(2);
    const { running, ends, all } = started(semaphore, 4);
    ends.forEach(({ resolve, reject }, index) => (index === 0 ? reject(new Error('it has failed')) : resolve()));
    await all;
    expect(running).toMatchObject({ most: 2, order: [0, 1, 2, 3] });
    expect(semaphore.inUse).toBe(0);
  });

  it('keeps no permit for one whose wait was too long', async () => {
    const semaphore = new Semaphore(1);
    await semaphore.acquire();
    await expect(semaphore.acquire({ timeoutMs: 10 })).resolves.toBe(false);
    semaphore.release();
    expect(semaphore.inUse).toBe(0);
    await expect(semaphore.acquire({ timeoutMs: 10 })).resolves.toBe(true);
  });

  it('hands the permit to the next in the queue where the first has waited too long or was aborted', async () => {
    const semaphore = new Semaphore(1);
    await semaphore.acquire();
    const aborted = new AbortController();
    const [late, given, patient] = [
      semaphore.acquire({ timeoutMs: 10 }),
      semaphore.acquire({ signal: aborted.signal }),
      semaphore.acquire({ timeoutMs: 1_000 }),
    ];
    aborted.abort(new Error('given up'));
    await expect(given).rejects.toThrow('given up');
    await expect(late).resolves.toBe(false);
    expect(semaphore.waiting).toBe(1);
    semaphore.release();
    await expect(patient).resolves.toBe(true);
    expect(semaphore.inUse).toBe(1);
  });

  it('gives no permit, though one is free, to whoever is aborted already', async () => {
    const semaphore = new Semaphore(1);
    await expect(semaphore.acquire({ signal: AbortSignal.abort(new Error('given up')) })).rejects.toThrow('given up');
    expect(semaphore.inUse).toBe(0);
  });

  it('leaves no listener behind on the signal of one that got its permit', async () => {
    const semaphore = new Semaphore(1);
    await semaphore.acquire();
    const { signal } = new AbortController();
    const waiting = semaphore.acquire({ signal });
    semaphore.release();
    await waiting;
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });
});
