import { getEventListeners } from 'node:events';
import { slotsRefused } from './admission-metrics';
import { Connection } from './connection';
import { TurnSlot } from './turn-slot';
import { AcquireQueue } from './acquire-queue';

/** Connections a and b with room for one turn each; the threads a1, a2 ... are loaded in a. */
function queueOf(maximum = 10) {
  const turns = new Map([
    ['a', 0],
    ['b', 0],
  ]);
  const connection = (id: string): Connection => {
    const change = (by: number) => turns.set(id, (turns.get(id) ?? 0) + by);
    return { instanceId: id, takeTurn: () => change(1), returnTurn: () => change(-1) } as unknown as Connection;
  };
  const free = (): string[] => [...turns].filter(([, count]) => count === 0).map(([id]) => id);
  const slotOf = (threadId: string | null): TurnSlot | null => {
    const id = free().find((candidate) => threadId === null || candidate === threadId[0]);
    return id === undefined ? null : new TurnSlot(connection(id), () => queue.dispatch());
  };
  const queue = new AcquireQueue(slotOf, maximum);
  return queue;
}

describe('AcquireQueue', () => {
  const { signal } = new AbortController();
  const idOf = (slot: TurnSlot) => slot.connection.instanceId;

  it('does not hold others up by one whose instance is full', async () => {
    const queue = queueOf();
    const first = await queue.acquire('a1', signal);
    const second = queue.acquire('a2', signal);
    expect(idOf(await queue.acquire(null, signal))).toBe('b');
    expect(queue.length).toBe(1);
    first.release();
    expect(idOf(await second)).toBe('a');
  });

  it('serves those who wait for the same in their order', async () => {
    const queue = queueOf();
    const first = await queue.acquire('a1', signal);
    const order: number[] = [];
    const [second, third] = [1, 2].map(async (number) => {
      const slot = await queue.acquire('a2', signal);
      order.push(number);
      slot.release();
    });
    first.release();
    await Promise.all([second, third]);
    expect(order).toEqual([1, 2]);
  });

  it('takes a slot back once', async () => {
    const queue = queueOf();
    const slot = await queue.acquire('a1', signal);
    slot.release();
    slot.release();
    await queue.acquire('a1', signal);
    const waiting = queue.acquire('a1', AbortSignal.timeout(10));
    await expect(waiting).rejects.toMatchObject({ name: 'TimeoutError' });
    expect(queue.length).toBe(0);
  });

  it('refuses more than may wait', async () => {
    const queue = queueOf(1);
    await Promise.all([queue.acquire('a1', signal), queue.acquire('b1', signal)]);
    const waiting = queue.acquire(null, signal);
    await expect(queue.acquire(null, signal)).rejects.toMatchObject({ reason: 'saturated' });
    queue.rejectAll(new Error('stopping'));
    await expect(waiting).rejects.toThrow('stopping');
  });

  it('has room for a user without a share of it when another has filled it', async () => {
    const queue = queueOf(2);
    await Promise.all([queue.acquire('a1', signal), queue.acquire('b1', signal)]);
    const acquire = (userId: string) => queue.acquire(null, signal, { userId });
    const waiting = [acquire('ann'), acquire('ann'), acquire('bob')];
    for (const user of ['ann', 'bob']) await expect(acquire(user)).rejects.toMatchObject({ reason: 'saturated' });
    queue.rejectAll(new Error('stopping'));
    for (const wait of waiting) await expect(wait).rejects.toThrow('stopping');
  });

  it('ends a wait that takes too long', async () => {
    const queue = queueOf();
    await queue.acquire('a1', signal);
    await expect(queue.acquire('a2', signal, { timeoutMs: 10 })).rejects.toMatchObject({ reason: 'timeout' });
    expect(queue.length).toBe(0);
  });

  it('leaves nothing of a wait behind that has got its slot', async () => {
    const timeouts = async () =>
      (await slotsRefused.get()).values.find(({ labels }) => labels.reason === 'timeout')?.value;
    const before = await timeouts();
    const queue = queueOf();
    const first = await queue.acquire('a1', signal);
    const turn = new AbortController();
    const waiting = queue.acquire('a2', turn.signal, { timeoutMs: 20 });
    first.release();
    await waiting;
    await new Promise((wake) => setTimeout(wake, 50));
    expect(await timeouts()).toEqual(before);
    expect(getEventListeners(turn.signal, 'abort')).toEqual([]);
  });

  it('serves the users in turn, and says how many are ahead', async () => {
    const queue = queueOf();
    const slots = [await queue.acquire('a0', signal), await queue.acquire('b0', signal)];
    const positions: number[] = [];
    const order: string[] = [];
    const waiting = ['mass', 'mass', 'mass', 'single'].map(async (userId) => {
      const slot = await queue.acquire('a1', signal, { userId, onQueued: (position) => positions.push(position) });
      order.push(userId);
      slot.release();
    });
    expect(positions).toEqual([0, 1, 2, 1]);
    slots.forEach((slot) => slot.release());
    await Promise.all(waiting);
    expect(order).toEqual(['mass', 'single', 'mass', 'mass']);
  });

  it('reports their positions to those that wait when others have left, from time to time', async () => {
    jest.useFakeTimers();
    try {
      const queue = queueOf();
      await queue.acquire('a0', signal);
      const impatient = new AbortController();
      const reported: number[] = [];
      const leaving = queue.acquire('a1', impatient.signal).catch(() => undefined);
      const waiting = queue.acquire('a2', signal, { onQueued: (position) => reported.push(position) });
      expect(reported).toEqual([1]);
      jest.advanceTimersByTime(60_000);
      expect(reported).toEqual([1]);
      impatient.abort();
      await leaving;
      jest.advanceTimersByTime(60_000);
      expect(reported).toEqual([1, 0]);
      queue.rejectAll(new Error('stopping'));
      await expect(waiting).rejects.toThrow('stopping');
    } finally {
      jest.useRealTimers();
    }
  });

  it('reports no position to one that gets a slot at once', async () => {
    const onQueued = jest.fn();
    await queueOf().acquire('a1', signal, { onQueued });
    expect(onQueued).not.toHaveBeenCalled();
  });
});
