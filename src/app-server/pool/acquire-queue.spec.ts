import { getEventListeners } from 'node:events';
import { GroupKey, groupIdOf, SHARED } from '../../runtime/group-key';
import { AcquireQueue, SlotRequest, TurnSlot } from './acquire-queue';
import { Connection } from './connection';
import { Group, GroupHandle } from './group';
import { slotsRefused } from './pool-metrics';

/** Groups of two processes a and b, each with room for one turn; the threads a1, a2 ... are loaded in a. */
class GroupsDouble {
  readonly groups = new Map<string, Group & { isStopping: boolean }>();
  readonly queue = new AcquireQueue(this);
  readonly holds: string[] = [];

  /** @param maximum groups; none of them is ever evicted */
  constructor(private readonly maximum = 10) {}

  acquireExisting(key: GroupKey): GroupHandle | null {
    const group = this.groups.get(groupIdOf(key));
    if (group === undefined) return null;
    this.holds.push(group.id);
    return new GroupHandle(group, () => {
      this.holds.splice(this.holds.indexOf(group.id), 1);
      this.queue.dispatch();
    });
  }

  acquire(key: GroupKey): GroupHandle | null {
    const id = groupIdOf(key);
    if (!this.groups.has(id) && this.groups.size < this.maximum) this.groups.set(id, this.group(id));
    return this.acquireExisting(key);
  }

  makeRoom(): boolean {
    return false;
  }

  private group(id: string): Group & { isStopping: boolean } {
    const turns = new Map([
      ['a', 0],
      ['b', 0],
    ]);
    const connection = (instanceId: string): Connection => {
      const change = (by: number) => turns.set(instanceId, (turns.get(instanceId) ?? 0) + by);
      return { instanceId, takeTurn: () => change(1), returnTurn: () => change(-1) } as unknown as Connection;
    };
    const findRoom = (threadId: string | null): Connection | null => {
      const free = [...turns].filter(([, count]) => count === 0).map(([name]) => name);
      const found = free.find((name) => threadId === null || name === threadId[0]);
      return found === undefined ? null : connection(found);
    };
    return { id, isStopping: false, findRoom } as unknown as Group & { isStopping: boolean };
  }
}

describe('AcquireQueue', () => {
  let groups: GroupsDouble;
  let queue: AcquireQueue;
  const { signal } = new AbortController();
  beforeEach(() => {
    groups = new GroupsDouble();
    queue = groups.queue;
  });

  const acquire = (threadId: string | null, request: Partial<SlotRequest> = {}): Promise<TurnSlot> =>
    queue.acquire({ group: SHARED, threadId, userId: 'ada', signal, ...request });
  const idOf = (slot: TurnSlot) => slot.connection.instanceId;
  const inMs = (ms: number) => performance.now() + ms;

  it('does not hold others up by one whose instance is full', async () => {
    const first = await acquire('a1');
    const second = acquire('a2');
    expect(idOf(await acquire(null))).toBe('b');
    expect(queue.length).toBe(1);
    first.release();
    expect(idOf(await second)).toBe('a');
  });

  it('serves those who wait for the same in their order', async () => {
    const first = await acquire('a1');
    const order: number[] = [];
    const [second, third] = [1, 2].map(async (number) => {
      const slot = await acquire('a2');
      order.push(number);
      slot.release();
    });
    first.release();
    await Promise.all([second, third]);
    expect(order).toEqual([1, 2]);
  });

  it('takes a slot back once, and its group with it', async () => {
    const slot = await acquire('a1');
    expect(groups.holds).toEqual(['shared']);
    slot.release();
    slot.release();
    expect(groups.holds).toEqual([]);
    await acquire('a1');
    const waiting = acquire('a1', { signal: AbortSignal.timeout(10) });
    await expect(waiting).rejects.toMatchObject({ name: 'TimeoutError' });
    expect(queue.length).toBe(0);
    expect(groups.holds).toEqual(['shared']);
  });

  it('keeps the group of a slot whose instance was lost for the next slot in it', async () => {
    const handle = (await acquire('a1')).keepGroup();
    expect(groups.holds).toEqual(['shared']);
    const next = await queue.acquire({ group: SHARED, threadId: null, userId: 'ada', signal }, handle);
    expect(groups.holds).toEqual(['shared']);
    next.release();
    expect(groups.holds).toEqual([]);
  });

  it('gives up the group that was kept when no slot comes of it', async () => {
    const handle = (await acquire('a1')).keepGroup();
    const late = { group: SHARED, threadId: null, userId: 'ada', signal, deadlineMs: inMs(-1) };
    await expect(queue.acquire(late, handle)).rejects.toMatchObject({ reason: 'timeout' });
    expect(groups.holds).toEqual([]);
  });

  it('rejects all that wait, and all that come later, once it is stopped', async () => {
    const slots = await Promise.all([acquire('a1'), acquire('b1')]);
    const waiting = acquire(null);
    queue.stop();
    await expect(waiting).rejects.toMatchObject({ reason: 'stopping' });
    slots.forEach((slot) => slot.release());
    await expect(acquire(null)).rejects.toMatchObject({ reason: 'stopping' });
  });

  it('rejects what waits in a group that ends, and nothing else', async () => {
    const other: GroupKey = { kind: 'user', userId: 'ben' };
    await Promise.all([acquire('a1'), acquire('a1', { group: other })]);
    const [ended, waiting] = [acquire('a2'), acquire('a2', { group: other })];
    const group = groups.groups.get('shared');
    if (group) group.isStopping = true;
    queue.dispatch();
    await expect(ended).rejects.toMatchObject({ reason: 'stopping' });
    expect([queue.length, queue.waitingIn('user:ben')]).toEqual([1, 1]);
    queue.stop();
    await expect(waiting).rejects.toMatchObject({ reason: 'stopping' });
  });

  it('says a position among those who wait for the same group alone', async () => {
    groups = new GroupsDouble(1);
    queue = groups.queue;
    await acquire('a1');
    const positions: Record<string, number[]> = {};
    const waiting = ['ada', 'ben', 'cleo'].map((userId, index) => {
      const group: GroupKey = index === 0 ? SHARED : { kind: 'user', userId };
      return acquire('a2', { group, userId, onQueued: (position) => (positions[userId] ??= []).push(position) });
    });
    expect(positions).toEqual({ ada: [0], ben: [0], cleo: [1] });
    expect([...queue.wantedGroups]).toEqual(['user:ben', 'user:cleo']);
    queue.stop();
    expect((await Promise.allSettled(waiting)).map(({ status }) => status)).toEqual(Array(3).fill('rejected'));
  });

  it('ends a wait at its deadline', async () => {
    await acquire('a1');
    await expect(acquire('a2', { deadlineMs: inMs(10) })).rejects.toMatchObject({ reason: 'timeout' });
    expect(queue.length).toBe(0);
  });

  it('gives no slot, though one is free, to what comes after its deadline', async () => {
    await expect(acquire('a1', { deadlineMs: inMs(-1) })).rejects.toMatchObject({ reason: 'timeout' });
  });

  it('leaves nothing of a wait behind that has got its slot', async () => {
    const timeouts = async () =>
      (await slotsRefused.get()).values.find(({ labels }) => labels.reason === 'timeout')?.value;
    const before = await timeouts();
    const first = await acquire('a1');
    const turn = new AbortController();
    const waiting = acquire('a2', { signal: turn.signal, deadlineMs: inMs(20) });
    first.release();
    await waiting;
    await new Promise((wake) => setTimeout(wake, 50));
    expect(await timeouts()).toEqual(before);
    expect(getEventListeners(turn.signal, 'abort')).toEqual([]);
  });

  it('serves the users in turn, and says how many are ahead', async () => {
    const slots = [await acquire('a0'), await acquire('b0')];
    const positions: number[] = [];
    const order: string[] = [];
    const waiting = ['mass', 'mass', 'mass', 'single'].map(async (userId) => {
      const slot = await acquire('a1', { userId, onQueued: (position) => positions.push(position) });
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
      await acquire('a0');
      const impatient = new AbortController();
      const reported: number[] = [];
      const leaving = acquire('a1', { signal: impatient.signal }).catch(() => undefined);
      const waiting = acquire('a2', { onQueued: (position) => reported.push(position) });
      expect(reported).toEqual([1]);
      jest.advanceTimersByTime(60_000);
      expect(reported).toEqual([1]);
      impatient.abort();
      await leaving;
      jest.advanceTimersByTime(60_000);
      expect(reported).toEqual([1, 0]);
      queue.stop();
      await expect(waiting).rejects.toMatchObject({ reason: 'stopping' });
    } finally {
      jest.useRealTimers();
    }
  });

  it('reports no position to one that gets a slot at once', async () => {
    const onQueued = jest.fn();
    await acquire('a1', { onQueued });
    expect(onQueued).not.toHaveBeenCalled();
  });
});
