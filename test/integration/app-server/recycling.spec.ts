import { join } from 'node:path';
import { PoolFixture, runTurn, TurnReport, until } from './support/pool-fixture';
import { processesWith } from './support/running-processes';

const MCP_SERVER = join(__dirname, '../../support/fake-mcp-server.mjs');

/** Chats that send one message after the other until they are told to stop. */
function load(fixture: PoolFixture, chats: number): () => Promise<TurnReport[]> {
  let goesOn = true;
  const chat = async (): Promise<TurnReport[]> => {
    const reports: TurnReport[] = [];
    while (goesOn) reports.push(await fixture.run(reports.at(-1)?.threadId ?? null, 'stream 10 20'));
    return reports;
  };
  const running = Promise.all(Array.from({ length: chats }, chat));
  return async () => {
    goesOn = false;
    return (await running).flat();
  };
}

describe('an instance is replaced', () => {
  let fixture: PoolFixture;

  afterEach(() => fixture.stop());

  const pids = () => fixture.pool.status().instances.map(({ pid }) => pid ?? 0);
  const expectNoFailure = (reports: TurnReport[]) => {
    expect(reports.length).toBeGreaterThan(0);
    expect(reports.filter(({ status, deltas }) => status !== 'completed' || deltas !== 10)).toEqual([]);
  };

  it('one after the other under load, without a turn lost', async () => {
    fixture = await PoolFixture.start({ config: { size: 2, maxTurnsPerInstance: 4 } });
    const before = pids();
    const stop = load(fixture, 3);
    for (const id of ['codex-1', 'codex-2']) {
      fixture.pool.administration.restart(id);
      expect(fixture.instance(id).state).toBe('draining');
      await until(() => fixture.instance(id).restarts === 1 && fixture.instance(id).state === 'ready');
    }
    expectNoFailure(await stop());
    expect(pids().filter((pid) => before.includes(pid))).toEqual([]);
  });

  it('by one that is ready first where no other has room', async () => {
    fixture = await PoolFixture.start({ config: { size: 1 } });
    const stop = load(fixture, 3);
    await until(() => fixture.instance('codex-1').turns > 0);
    fixture.pool.administration.restart('codex-1');
    await until(
      () =>
        fixture.pool
          .status()
          .instances.map(({ id }) => id)
          .join() === 'codex-2',
    );
    expect(fixture.pool.ready).toBe(true);
    expectNoFailure(await stop());
  });

  it('when it has passed a limit', async () => {
    const config = { size: 2, cleanupIntervalSeconds: 0.2, recycleRssMb: 1 };
    fixture = await PoolFixture.start({ config });
    const stop = load(fixture, 2);
    await until(() => fixture.pool.status().instances.every(({ restarts }) => restarts > 0));
    expectNoFailure(await stop());
  });

  it('when an administrator has drained it and wants it back', async () => {
    fixture = await PoolFixture.start({ config: { size: 2 } });
    const { administration } = fixture.pool;
    const lease = await fixture.lease(null);
    const turn = runTurn(lease, 'stream 10 20').finally(() => lease.release());
    administration.drain(lease.instanceId);
    expect(() => administration.drain(lease.instanceId)).toThrow('is draining');
    expect(await turn).toMatchObject({ status: 'completed', deltas: 10 });
    await until(() => fixture.instance(lease.instanceId).state === 'stopped');

    const moved = await fixture.run(lease.threadId, 'hello');
    expect(moved.instanceId).not.toBe(lease.instanceId);
    administration.restart(lease.instanceId);
    await until(() => fixture.instance(lease.instanceId).state === 'ready');
    expect(() => administration.restart('codex-99')).toThrow('no app-server codex-99');
  });

  it('when an administrator drains the only one of a user, whose other turns do not wait for it', async () => {
    fixture = await PoolFixture.start({ config: { isolation: 'user' } });
    const tenant = { userId: 'ada', chatId: 'chat' };
    const lease = await fixture.lease(null, {}, undefined, { tenant });
    const turn = runTurn(lease, 'stream 40 50').finally(() => lease.release());
    fixture.pool.administration.drain(lease.instanceId);
    const other = await fixture.run(null, 'hello', {}, tenant);
    expect(other.status).toBe('completed');

    expect(await turn).toMatchObject({ status: 'completed', deltas: 40 });
    await until(() => fixture.pool.status().instances.length === 1);
    const moved = await fixture.run(lease.threadId, 'hello', {}, tenant);
    expect(moved.status).toBe('completed');
    expect(moved.instanceId).not.toBe(lease.instanceId);
  });
});

describe('the pool at run time', () => {
  let fixture: PoolFixture;

  beforeAll(async () => {
    fixture = await PoolFixture.start({ config: { size: 1 }, limits: { threadIdleMs: 300 } });
  });
  afterAll(() => fixture.stop());

  const ids = () => fixture.pool.status().instances.map(({ id }) => id);

  it('says what its instances hold and which threads they have', async () => {
    const { threadId, instanceId } = await fixture.run(null, 'hello');
    const usage = (await fixture.pool.administration.usage()).get(instanceId);
    expect(usage?.rssBytes).toBeGreaterThan(20 * 1024 ** 2);
    expect(usage?.descriptors).toBeGreaterThan(5);
    expect(usage?.ageMs).toBeGreaterThan(0);
    expect(fixture.pool.administration.threads()).toEqual([{ threadId, instanceId, groupId: 'shared', leased: false }]);
  });

  it('grows, and shrinks when the turns of what is too much have ended', async () => {
    const { administration } = fixture.pool;
    administration.resize(3);
    await until(() => fixture.pool.status().instances.filter(({ state }) => state === 'ready').length === 3);
    administration.select('least_busy');
    const leases = [await fixture.lease(null), await fixture.lease(null), await fixture.lease(null)];
    expect(new Set(leases.map(({ instanceId }) => instanceId)).size).toBe(3);

    const turns = leases.map((lease) => runTurn(lease, 'stream 10 20').finally(() => lease.release()));
    administration.resize(1);
    expect((await Promise.all(turns)).map(({ status }) => status)).toEqual(Array(3).fill('completed'));
    await until(() => ids().join() === 'codex-1');
  });

  it('shrinks by what does not run before what does', async () => {
    const { administration } = fixture.pool;
    administration.resize(2);
    await until(() => fixture.pool.status().instances.every(({ state }) => state === 'ready'));
    const [drained = '', kept] = ids();
    administration.drain(drained);
    await until(() => fixture.instance(drained).state === 'stopped');
    administration.resize(1);
    await until(() => ids().length === 1);
    expect(ids()).toEqual([kept]);
    expect(fixture.pool.ready).toBe(true);
  });

  it('ends what an MCP server of a thread leaves behind', async () => {
    const tag = `mcp-${Math.random().toString(36).slice(2)}`;
    const config = { 'mcp_servers.tools': { command: process.execPath, args: [MCP_SERVER, tag] } };
    const { instanceId } = await fixture.run(null, 'hello', { config });
    await until(() => processesWith(tag).length >= 2);
    process.kill(fixture.instance(instanceId).pid, 'SIGKILL');
    await until(() => processesWith(tag).length === 0);
  });
});

describe('a thread that is not used', () => {
  it('is unloaded after a while, and goes on from disk', async () => {
    const config = { size: 1, cleanupIntervalSeconds: 0.1 };
    const fixture = await PoolFixture.start({ config, limits: { threadIdleMs: 300 } });
    const { threadId } = await fixture.run(null, 'hello');
    await until(() => fixture.pool.status().instances[0]?.threads === 0);
    await expect(fixture.run(threadId, 'hello')).resolves.toMatchObject({ status: 'completed' });
    await fixture.stop();
  });
});
