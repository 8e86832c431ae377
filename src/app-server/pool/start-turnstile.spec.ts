import { StartTurnstile } from './start-turnstile';

describe('StartTurnstile', () => {
  const started = (turnstile: StartTurnstile, count: number) => {
    const under = { way: 0, most: 0, order: [] as number[] };
    const ends = Array.from({ length: count }, () => Promise.withResolvers<void>());
    const start = async (index: number): Promise<void> => {
      under.most = Math.max(under.most, (under.way += 1));
      under.order.push(index);
      await ends[index]?.promise.finally(() => (under.way -= 1));
    };
    const all = ends.map((_, index) => turnstile.pass(() => start(index)));
    return { under, ends, all: Promise.allSettled(all) };
  };

  it('lets one start after the other, in order', async () => {
    const { under, ends, all } = started(new StartTurnstile(), 3);
    ends.forEach(({ resolve }) => resolve());
    await all;
    expect(under).toMatchObject({ most: 1, order: [0, 1, 2] });
  });

  it('lets so many start at once, and goes on when one has failed', async () => {
    const { under, ends, all } = started(new StartTurnstile(2), 4);
    ends.forEach(({ resolve, reject }, index) => (index === 0 ? reject(new Error('not started')) : resolve()));
    await all;
    expect(under).toMatchObject({ most: 2, order: [0, 1, 2, 3] });
  });
});
