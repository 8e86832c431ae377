import { groupContext, ProcessDouble } from '../../../test/support/process-double';
import { PoolConfig } from '../../config/pool.config';
import { GroupKey, SHARED } from '../../runtime/group-key';
import type { ProcessListener } from '../process/app-server-process';
import { RequestRefusedError } from '../rpc/rpc.errors';
import { Group } from './group';
import type { ThreadLease } from './thread-lease';

const SPEC = { cwd: '/', model: 'm', approvalPolicy: 'never', sandbox: 'read-only' } as const;

describe('Group', () => {
  let group: Group;
  /** What a process does when it is asked to open a thread; it opens it by default. */
  let opening: (process: ProcessDouble) => Promise<void>;

  const started = async (settings: Partial<PoolConfig> = {}): Promise<void> => {
    const limits = { restartBackoff: { initialMs: 1, maximumMs: 2 }, maxCrashes: 100 };
    opening = () => Promise.resolve();
    let threads = 0;
    const launch = (_key: GroupKey, _id: string, listener: ProcessListener): ProcessDouble => {
      const process = new ProcessDouble(listener, true);
      const request = async (method: string, { threadId }: { threadId?: string }) => {
        if (method === 'thread/start' || method === 'thread/resume') await opening(process);
        return { data: [], thread: { id: threadId ?? `thread-${(threads += 1)}` } };
      };
      return Object.assign(process, { client: Object.assign(process.client, { request }) });
    };
    group = new Group(SHARED, 1, groupContext(launch, { limits, settings }));
    await group.start('the test starts');
  };
  afterEach(() => group.stop('the test ends', 0));

  const lease = (threadId: string | null = null, signal = new AbortController().signal): Promise<ThreadLease> =>
    group.lease({
      threadId,
      spec: SPEC,
      signal,
      onSlot: () => undefined,
      onReleased: () => undefined,
      options: { timeoutMs: 1_000 },
    });
  const turns = () => group.instances.all.map((instance) => instance.turns);

  it('gets the slot back of a turn whose thread was refused', async () => {
    await started();
    opening = () => Promise.reject(new RequestRefusedError('thread/start', -32600, 'no'));
    await expect(lease()).rejects.toBeInstanceOf(RequestRefusedError);
    expect(turns()).toEqual([0]);
  });

  it('gets the slot back of a turn that was given up while its thread was opened', async () => {
    await started();
    const givenUp = new AbortController();
    opening = () => Promise.resolve(givenUp.abort(new Error('interrupted')));
    await expect(lease(null, givenUp.signal)).rejects.toThrow('interrupted');
    expect(turns()).toEqual([0]);
    expect(group.threads()).toMatchObject([{ leased: false }]);
  });

  it('lets a turn wait for the process that has its thread, though another one has room', async () => {
    await started({ maxTurnsPerInstance: 1 });
    const first = await lease();
    first.release();
    const other = await lease();
    group.instances.resize(2, 'the test');
    while (group.instances.all.filter(({ isReady }) => isReady).length < 2) await new Promise(setImmediate);
    const waiting = lease(first.threadId);
    await new Promise((wake) => setTimeout(wake, 20));
    expect(turns()).toEqual([1, 0]);
    other.release();
    expect((await waiting).instanceId).toBe(first.instanceId);
  });

  it('opens a thread in the next process when one dies of something else, and gives it up when three have', async () => {
    await started();
    let deaths = 0;
    const dyingUpTo = (most: number) => (process: ProcessDouble) => {
      if (deaths === most) return Promise.resolve();
      deaths += 1;
      process.kill();
      return Promise.reject(new Error('the process has ended'));
    };
    opening = dyingUpTo(2);
    await expect(lease()).resolves.toMatchObject({ threadId: 'thread-1' });
    opening = dyingUpTo(100);
    await expect(lease()).rejects.toMatchObject({ name: 'InstanceLostError' });
    expect(deaths).toBe(5);
  });
});
