import { groupContext, ProcessDouble } from '../../../test/support/process-double';
import { GroupKey, groupIdOf } from '../../runtime/group-key';
import { ProcessListener } from '../process/app-server-process';
import { GroupRegistry } from './group-registry';
import { GroupHandle } from './group-handle';
import { PoolLimits } from './pool-limits';
import { AcquireOptions } from './acquire-queue';

const of = (userId: string): GroupKey => ({ kind: 'user', userId });

describe('GroupRegistry', () => {
  let groups: GroupRegistry;
  let launches: string[];
  let arrivals: string[];

  const registry = (limits: Partial<PoolLimits> = {}): GroupRegistry => {
    const launch = (key: GroupKey, _id: string, listener: ProcessListener): ProcessDouble => {
      launches.push(groupIdOf(key));
      return new ProcessDouble(listener, true);
    };
    return new GroupRegistry(groupContext(launch, { limits }), 2);
  };
  beforeEach(() => {
    [launches, arrivals] = [[], []];
    groups = registry();
  });
  afterEach(() => groups.stop('the test ends', 0));

  const ids = () => groups.all.map(({ id }) => id).sort();
  const acquire = (
    userId: string,
    signal = new AbortController().signal,
    options: AcquireOptions = {},
  ): Promise<GroupHandle> => groups.acquire(of(userId), signal, { userId, ...options });
  /** Acquires, and notes when it has. */
  const arrive = (userId: string): Promise<GroupHandle> =>
    acquire(userId).then((handle) => {
      arrivals.push(userId);
      return handle;
    });
  const settled = () => new Promise((wake) => setTimeout(wake, 10));

  it('starts a group at its first use, and once', async () => {
    expect(groups.find(of('ada'))).toBeUndefined();
    const [one, two] = await Promise.all([acquire('ada'), acquire('ada')]);
    expect(one.group).toBe(two.group);
    expect(groups.find(of('ada'))).toBe(one.group);
    expect(launches).toEqual(['user:ada']);
  });

  it('ends the one that was not used for longest where another needs its place', async () => {
    const [ada, ben] = [await acquire('ada'), await acquire('ben')];
    ben.release();
    ada.release();
    expect(groups.admits(of('cleo'))).toBe(true);
    await acquire('cleo');
    expect(ids()).toEqual(['user:ada', 'user:cleo']);
  });

  it('has another wait while all are in use, says so before, and lets it in when one is free', async () => {
    const [ada] = [await acquire('ada'), await acquire('ben')];
    expect(groups.admits(of('cleo'))).toBe(false);
    expect(groups.admits(of('ada'))).toBe(true);
    const positions: number[] = [];
    const cleo = acquire('cleo', undefined, { onQueued: (position) => positions.push(position) });
    expect(positions).toEqual([0]);
    expect(groups.waiting).toBe(1);
    ada.release();
    // The place is promised.
    expect(groups.admits(of('dan'))).toBe(false);
    expect((await cleo).group.id).toBe('user:cleo');
    expect(ids()).toEqual(['user:ben', 'user:cleo']);
    expect(groups.waiting).toBe(0);
  });

  it('serves those who wait in turn, user by user', async () => {
    const [ada, ben] = [await acquire('ada'), await acquire('ben')];
    const waiting = ['mass', 'mass', 'single'].map((name, index) =>
      groups
        .acquire({ kind: 'session', userId: name, chatId: `${index}` }, new AbortController().signal, { userId: name })
        .then((handle) => (arrivals.push(`${name}${index}`), handle)),
    );
    ada.release();
    await waiting[0];
    ben.release();
    await waiting[2];
    expect(arrivals).toEqual(['mass0', 'single2']);
    (await waiting[0])?.release();
    await waiting[1];
  });

  it('has the oldest give way whose uses overlap without end, and lets its next ones wait for their turn', async () => {
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
    [ben, benAgain].forEach((handle) => handle.release());
  });

  it('has the next one give way instead of one that takes long over it, which is open again', async () => {
    groups = registry({ drainPatienceMs: 200 });
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

  it('is open again when nobody waits for its place any more', async () => {
    await acquire('ada');
    await acquire('ben');
    const impatient = new AbortController();
    const cleo = acquire('cleo', impatient.signal);
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
    await expect(acquire('cleo', undefined, { timeoutMs: 10 })).rejects.toMatchObject({ reason: 'timeout' });
    const dan = acquire('dan');
    const stopped = groups.stop('the test ends', 0);
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
});
