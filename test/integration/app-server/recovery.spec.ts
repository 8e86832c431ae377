import { PoolFixture, runTurn, say, until } from './support/pool-fixture';

describe('a lost instance', () => {
  let fixture: PoolFixture;

  beforeEach(async () => {
    fixture = await PoolFixture.start({ config: { size: 2 } });
  });
  afterEach(() => fixture.stop());

  it('is reported to its turns at once, and the thread goes on elsewhere', async () => {
    const { threadId } = await fixture.run(null, 'hello');
    const lease = await fixture.lease(threadId);
    const lostAt = runTurn(lease, 'stream 1000 50').catch((error: unknown) => ({ error, at: performance.now() }));
    await until(() => fixture.model.requests.length === 2);

    const killedAt = performance.now();
    process.kill(fixture.instance(lease.instanceId).pid, 'SIGKILL');
    const lost = (await lostAt) as { error: unknown; at: number };
    expect(lost.error).toMatchObject({ name: 'InstanceLostError', instanceId: lease.instanceId });
    expect(lost.at - killedAt).toBeLessThan(10_000);
    lease.release();

    const resumed = await fixture.run(threadId, 'hello');
    expect(resumed.status).toBe('completed');
    expect(resumed.instanceId).not.toBe(lease.instanceId);
  });

  it('comes back, counted', async () => {
    process.kill(fixture.instance('codex-1').pid, 'SIGKILL');
    await until(() => fixture.instance('codex-1').restarts === 1);
    await until(() => fixture.instance('codex-1').state === 'ready');

    expect(fixture.instance('codex-1')).toMatchObject({ restarts: 1, lastExit: 'killed by SIGKILL' });
    expect(fixture.pool.ready).toBe(true);
  });

  it('fails the request that was under way', async () => {
    const lease = await fixture.lease(null);
    process.kill(fixture.instance(lease.instanceId).pid, 'SIGKILL');
    await expect(lease.startTurn(say('hello'))).rejects.toMatchObject({ name: 'InstanceLostError' });
    lease.release();
  });

  it('leaves a thread that is to be deleted to another one', async () => {
    const { threadId, instanceId } = await fixture.run(null, 'hello');
    process.kill(fixture.instance(instanceId).pid, 'SIGKILL');
    await fixture.pool.forget([threadId]);
    expect(await fixture.pool.readLastTurn(threadId)).toBeNull();
  });

  it('is quarantined alone at its fifth crash within the window', async () => {
    for (let crash = 1; crash <= 5; crash += 1) {
      await until(() => fixture.instance('codex-1').state === 'ready');
      process.kill(fixture.instance('codex-1').pid, 'SIGKILL');
      await until(() => fixture.instance('codex-1').state !== 'ready');
    }
    expect(fixture.instance('codex-1').state).toBe('quarantined');
    expect((await fixture.run(null, 'hello')).instanceId).toBe('codex-2');
  });

  it('is replaced when a turn on it was abandoned; its threads move', async () => {
    const { threadId } = await fixture.run(null, 'hello');
    const lease = await fixture.lease(threadId);
    await lease.startTurn(say('hang'));
    lease.abandon('the turn was silent');

    expect(fixture.instance(lease.instanceId).state).toBe('draining');
    const moved = await fixture.run(threadId, 'hello');
    expect(moved.instanceId).not.toBe(lease.instanceId);
    await until(() => fixture.instance(lease.instanceId).state === 'ready');
    expect(fixture.instance(lease.instanceId).restarts).toBe(1);
  });
});
