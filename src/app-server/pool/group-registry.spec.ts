import fc from 'fast-check';
import { groupContext, ProcessDouble } from '../../../test/support/process-double';
import { PoolConfig } from '../../config/pool.config';
import { GroupKey, groupIdOf } from '../../runtime/group-key';
import { ProcessListener } from '../process/app-server-process';
import { AcquireQueue, SlotRequest, TurnSlot } from './acquire-queue';
import { GroupRegistry } from './group-registry';
import { PoolLimits } from './pool-limits';

const of = (userId: string): GroupKey => ({ kind: 'user', userId });

describe('the groups of a pool', () => {
  let groups: GroupRegistry;
  let queue: AcquireQueue;
  let launches: string[];
  let arrivals: string[];

  /** Two at most. */
  const open = (limits: Partial<PoolLimits> = {}, settings: Partial<PoolConfig> = {}): void => {
    const launch = (key: GroupKey, _id: string, listener: ProcessListener): ProcessDouble => {
      launches.push(groupIdOf(key));
      return new ProcessDouble(listener, true);
    };
    groups = new GroupRegistry(groupContext(launch, { limits, settings, onChange: () => queue.dispatch() }), 2);
    queue = new AcquireQueue(groups);
  };
  beforeEach(() => {
    [launches, arrivals] = [[], []];
    open();
  });
  const stop = (): Promise<void> => {
    queue.stop();
    return groups.stop('the test ends', 0);
  };
  afterEach(stop);

  const ids = () => groups.all.map(({ id }) => id).sort();
  const admits = (userId: string) => groups.admits(of(userId), queue.wantedGroups);
  const acquire = (userId: string, request: Partial<SlotRequest> = {}): Promise<TurnSlot> => {
    const { signal } = new AbortController();
    return queue.acquire({ group: of(userId), threadId: null, userId, signal, ...request });
  };
  /** Acquires, and notes when it has. */
  const arrive = (userId: string): Promise<TurnSlot> =>
    acquire(userId).then((slot) => {
      arrivals.push(userId);
      return slot;
    });
  const settled = () => new Promise((wake) => setTimeout(wake, 10));

  it('starts a group at its first use, and once', async () => {
    expect(groups.find(of('ada'))).toBeUndefined();
    const [one, two] = await Promise.all([acquire('ada'), acquire('ada')]);
    expect(one.group).toBe(two.group);
    expect(groups.find(of('ada'))).toBe(one.group);
    expect(launches).toEqual(['user:ada']);
  });

  it('ends the one that was not used for longest where another needs its room', async () => {
    const [ada, ben] = [await acquire('ada'), await acquire('ben')];
    ben.release();
    ada.release();
    expect(admits('cleo')).toBe(true);
    await acquire('cleo');
    expect(ids()).toEqual(['user:ada', 'user:cleo']);
  });

  it('has another wait while all are in use, says so before, and lets it in when one is free', async () => {
    const [ada] = [await acquire('ada'), await acquire('ben')];
    expect(admits('cleo')).toBe(false);
    expect(admits('ada')).toBe(true);
    const positions: number[] = [];
    const cleo = acquire('cleo', { onQueued: (position) => positions.push(position) });
    expect(positions).toEqual([0]);
    expect(queue.length).toBe(1);
    ada.release();
    // The room is promised.
    expect(admits('dan')).toBe(false);
    expect((await cleo).group.id).toBe('user:cleo');
    expect(ids()).toEqual(['user:ben', 'user:cleo']);
    expect(queue.length).toBe(0);
  });

  it('serves those who wait in turn, user by user', async () => {
    const [ada, ben] = [await acquire('ada'), await acquire('ben')];
    const waiting = ['mass', 'mass', 'single'].map((name, index) =>
      acquire(name, { group: { kind: 'session', userId: name, chatId: `${index}` } }).then(
        (slot) => (arrivals.push(`${name}${index}`), slot),
      ),
    );
    ada.release();
    await waiting[0];
    ben.release();
    await waiting[2];
    expect(arrivals).toEqual(['mass0', 'single2']);
    (await waiting[0])?.release();
    await waiting[1];
  });

  it('evicts the oldest whose uses overlap without end, and lets its next ones wait for their turn', async () => {
    const first = await acquire('ada');
    const ben = await acquire('ben');
    const cleo = arrive('cleo');
    const later = arrive('ada');
    await settled();
    expect(arrivals).toEqual([]);
    const benAgain = await acquire('ben');
    first.release();
    (await cleo).release();
    await later;
    expect(arrivals).toEqual(['cleo', 'ada']);
    expect(ids()).toEqual(['user:ada', 'user:ben']);
    [ben, benAgain].forEach((slot) => slot.release());
  });

  it('evicts the next one instead of one that takes long over it, which is open again', async () => {
    open({ drainSoftTimeoutMs: 200 });
    const [ada, ben] = [await acquire('ada'), await acquire('ben')];
    const cleo = arrive('cleo');
    const later = arrive('ada');
    await new Promise((wake) => setTimeout(wake, 220));
    expect(arrivals).toEqual([]);
    // Somebody comes or goes all the time where uses overlap.
    (await acquire('ben')).release();
    await later;
    const benLater = arrive('ben');
    await settled();
    expect(arrivals).toEqual(['ada']);
    ben.release();
    (await cleo).release();
    await benLater;
    expect(ids()).toEqual(['user:ada', 'user:ben']);
    ada.release();
  });

  it('is open again when nobody waits for its room any more', async () => {
    await acquire('ada');
    await acquire('ben');
    const impatient = new AbortController();
    const cleo = acquire('cleo', { signal: impatient.signal });
    const later = arrive('ada');
    await settled();
    expect(arrivals).toEqual([]);
    impatient.abort(new Error('gave up'));
    await expect(cleo).rejects.toThrow('gave up');
    await later;
  });

  it('ends a wait that takes too long, and all of them when it stops', async () => {
    await acquire('ada');
    await acquire('ben');
    await expect(acquire('cleo', { deadlineMs: performance.now() + 10 })).rejects.toMatchObject({ reason: 'timeout' });
    const dan = acquire('dan');
    const stopped = stop();
    await expect(dan).rejects.toMatchObject({ reason: 'stopping' });
    await expect(acquire('ada')).rejects.toMatchObject({ reason: 'stopping' });
    await stopped;
  });

  it('opens a group again only when its home is free', async () => {
    const ada = await acquire('ada');
    const ended = groups.endOf(of('ada'), 'deleted');
    let isFree = false;
    void groups.endOf(of('ada'), 'deleted').then(() => (isFree = true));
    const again = await acquire('ada');
    expect(isFree).toBe(true);
    expect(again.group).not.toBe(ada.group);
    await ended;
  });

  it('serves everybody in the end, within the bounds, and leaves nothing held, whoever comes, ends or gives up when', async () => {
    const userId = fc.constantFrom('ada', 'ben', 'cleo', 'dan');
    const step = fc.oneof(
      fc.record({ kind: fc.constant('come' as const), userId }),
      fc.record({ kind: fc.constantFrom('end' as const, 'give up' as const), which: fc.nat(20) }),
    );
    const turns = () => new Promise((wake) => setImmediate(wake));
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        open({}, { maxTurnsPerInstance: 1 });
        const running: TurnSlot[] = [];
        const waiting: AbortController[] = [];
        let ended = 0;
        const come = (user: string): void => {
          const turn = new AbortController();
          waiting.push(turn);
          const leave = () => waiting.splice(waiting.indexOf(turn), 1);
          acquire(user, { signal: turn.signal }).then(
            (slot) => (leave(), running.push(slot)),
            () => (leave(), (ended += 1)),
          );
        };
        const end = (which: number): void => {
          running.splice(which % running.length, 1).forEach((slot) => slot.release());
          ended += 1;
        };
        for (const taken of steps) {
          if (taken.kind === 'come') come(taken.userId);
          else if (taken.kind === 'end' && running.length > 0) end(taken.which);
          else if (taken.kind === 'give up') waiting[taken.which % waiting.length]?.abort(new Error('gave up'));
          expect(groups.all.length).toBeLessThanOrEqual(2);
          await turns();
        }
        while (running.length > 0) {
          end(0);
          for (let count = 0; count < 5; count += 1) await turns();
        }
        expect([ended, queue.length]).toEqual([steps.filter(({ kind }) => kind === 'come').length, 0]);
        expect(groups.all.filter(({ isInUse }) => isInUse)).toEqual([]);
        await stop();
      }),
      { numRuns: 200 },
    );
  });
});
