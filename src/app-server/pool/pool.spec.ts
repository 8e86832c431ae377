import pino from 'pino';
import { ProcessDouble } from '../../../test/support/process-double';
import { PoolConfig } from '../../config/pool.config';
import { GroupKey, groupIdOf } from '../../runtime/group-key';
import type { ProcessListener } from '../process/app-server-process';
import type { ProcessLauncher } from '../process/process-launcher';
import { RequestRefusedError } from '../rpc/rpc.errors';
import { AppServerPool, groupKeyOf, Tenant } from './pool';
import { POOL_LIMITS } from './pool-limits';
import type { ThreadLease } from './thread-lease';

const SPEC = { cwd: '/', model: 'm', approvalPolicy: 'never', sandbox: 'read-only' } as const;

const ADA: Tenant = { userId: 'ada', chatId: 'one' };
const TENANTS: Tenant[] = [ADA, { ...ADA, chatId: 'two' }, { userId: 'bob', chatId: 'three' }];

describe('the group of a tenant', () => {
  it.each([
    ['shared', ['shared', 'shared', 'shared']],
    ['user', ['user:ada', 'user:ada', 'user:bob']],
    ['session', ['session:ada/one', 'session:ada/two', 'session:bob/three']],
  ] as const)('separates whom CODEX_ISOLATION=%s separates', (isolation, groups) => {
    expect(TENANTS.map((tenant) => groupIdOf(groupKeyOf(isolation, tenant)))).toEqual(groups);
  });
});

describe('AppServerPool', () => {
  let pool: AppServerPool;
  /** What a process does when it is asked to open a thread; it opens it by default. */
  let opening: (process: ProcessDouble) => Promise<void>;

  /** Processes whose first request is not answered yet. */
  let starting: { now: number; most: number };

  const started = async (settings: Partial<PoolConfig> = {}): Promise<void> => {
    const limits = { restartBackoff: { initialMs: 1, maximumMs: 2 }, maxCrashes: 100 };
    opening = () => Promise.resolve();
    starting = { now: 0, most: 0 };
    let threads = 0;
    const launch = (_key: GroupKey, _id: string, listener: ProcessListener): ProcessDouble => {
      const process = new ProcessDouble(listener, true);
      const request = async (method: string, { threadId }: { threadId?: string }) => {
        if (method === 'thread/start' || method === 'thread/resume') await opening(process);
        return { data: [], thread: { id: threadId ?? `thread-${(threads += 1)}` } };
      };
      const initialize = async (): Promise<void> => {
        starting.most = Math.max(starting.most, (starting.now += 1));
        await new Promise(setImmediate);
        starting.now -= 1;
      };
      return Object.assign(process, { client: Object.assign(process.client, { request }), initialize });
    };
    const commands = { end: () => Promise.resolve(0) };
    const homesOf = () => ({ codexHome: '/none', home: '/none', homes: [] });
    const launcher = {
      ...{ launch, commands, homesOf },
      ...{ clearOrphans: () => Promise.resolve(), close: () => Promise.resolve() },
    };
    const config = Object.freeze(Object.assign(new PoolConfig(), { size: 1, ...settings }));
    const logger = pino({ level: 'silent' });
    pool = new AppServerPool(config, launcher as unknown as ProcessLauncher, logger, { ...POOL_LIMITS, ...limits });
    await pool.start();
  };
  afterEach(() => pool.stop({ graceMs: 0 }));

  const lease = (threadId: string | null = null, signal = new AbortController().signal): Promise<ThreadLease> =>
    pool.lease({ threadId, spec: SPEC, signal, timeoutMs: 1_000 });
  const turns = () => pool.status().instances.map((instance) => instance.turns);

  it('starts the processes that share a home one after another', async () => {
    await started({ size: 3 });
    expect(pool.status().instances.map(({ state }) => state)).toEqual(['ready', 'ready', 'ready']);
    expect(starting).toEqual({ now: 0, most: 1 });
  });

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
    expect(pool.administration.threads()).toMatchObject([{ leased: false }]);
  });

  it('lets a turn wait for the process that has its thread, though another one has room', async () => {
    await started({ maxTurnsPerInstance: 1 });
    const first = await lease();
    first.release();
    const other = await lease();
    pool.administration.resize(2);
    while (pool.status().instances.filter(({ state }) => state === 'ready').length < 2) await new Promise(setImmediate);
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
