import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { PoolFixture, runTurn, until } from './support/pool-fixture';
import { processesWith } from './support/running-processes';

const of = (userId: string, chatId = 'chat') => ({ userId, chatId });

describe('a process per user', () => {
  let fixture: PoolFixture;

  beforeAll(async () => {
    fixture = await PoolFixture.start({
      config: { isolation: 'user', maxSessions: 2, idleTimeoutSeconds: 1.5, cleanupIntervalSeconds: 0.2 },
    });
  });
  afterAll(() => fixture.stop());

  const groups = () => fixture.pool.status().groups.map(({ id }) => id);
  const home = (userId: string) => join(fixture.root, 'users', userId, 'codex_home');

  it('starts on first use, with a home that only the service can read', async () => {
    expect(fixture.pool.ready).toBe(true);
    expect(groups()).toEqual([]);
    const [ada, ben] = await Promise.all([
      fixture.run(null, 'hello', {}, of('ada')),
      fixture.run(null, 'hello', {}, of('ben')),
    ]);

    expect([ada.status, ben.status]).toEqual(['completed', 'completed']);
    expect(ada.instanceId).not.toBe(ben.instanceId);
    expect(groups().sort()).toEqual(['user:ada', 'user:ben']);
    for (const path of [home('ada'), join(fixture.root, 'users', 'ada')])
      expect(statSync(path).mode & 0o777).toBe(0o700);
    expect(existsSync(join(home('ben'), 'sessions'))).toBe(true);
    expect(existsSync(join(fixture.root, 'codex_home', 'sessions'))).toBe(false);
  });

  it('knows no thread of another user', async () => {
    const { threadId } = await fixture.run(null, 'hello', {}, of('ada'));
    const others = fixture.lease(threadId, {}, undefined, { tenant: of('ben') });
    await expect(others).rejects.toMatchObject({ name: 'ThreadMissingError' });
    expect(await fixture.pool.readLastTurn(threadId, of('ben'))).toBeNull();
    expect(await fixture.pool.readLastTurn(threadId, of('ada'))).toMatchObject({ status: 'completed' });
  });

  it('waits while as many are busy as may be, and takes the place of one that is idle', async () => {
    const [ada, ben] = await Promise.all(
      ['ada', 'ben'].map((user) => fixture.lease(null, {}, undefined, { tenant: of(user) })),
    );
    const impatient = { tenant: of('cleo'), timeoutMs: 50 };
    await expect(fixture.lease(null, {}, undefined, impatient)).rejects.toMatchObject({ reason: 'timeout' });
    const positions: number[] = [];
    const request = { tenant: of('cleo'), onQueued: (position: number) => void positions.push(position) };
    const third = fixture.lease(null, {}, undefined, request);
    expect(fixture.pool.admits(of('cleo'))).toBe(false);
    await until(() => fixture.pool.status().waiting === 1);
    expect(positions).toEqual([0]);
    ben?.release();
    const cleo = await third;
    expect(await runTurn(cleo, 'hello')).toMatchObject({ status: 'completed' });
    cleo.release();
    expect(groups().sort()).toEqual(['user:ada', 'user:cleo']);
    expect(fixture.pool.admits(of('ben'))).toBe(true);
    ada?.release();
  });

  it('ends when nothing has used it for long, and its threads go on in the next', async () => {
    const lease = await fixture.lease(null, {}, undefined, { tenant: of('dan') });
    const { pid } = fixture.instance(lease.instanceId);
    expect(await runTurn(lease, 'stream 25 100')).toMatchObject({ status: 'completed', deltas: 25 });
    lease.release();
    await until(() => !groups().includes('user:dan'));
    await until(() => !existsSync(`/proc/${pid}`));

    const again = await fixture.run(lease.threadId, 'hello', {}, of('dan'));
    expect(again.status).toBe('completed');
    expect(again.instanceId).not.toBe(lease.instanceId);
  });

  it('has no number to choose', () => {
    expect(() => fixture.pool.administration.resize(2)).toThrow('have one app-server each');
  });
});

describe('a process per chat', () => {
  let fixture: PoolFixture;

  beforeAll(async () => {
    fixture = await PoolFixture.start({ config: { isolation: 'session' } });
  });
  afterAll(() => fixture.stop());

  it('keeps its home in the folder of the chat, and ends with it', async () => {
    const one = await fixture.run(null, 'hello', {}, of('ada', 'one'));
    const two = await fixture.run(null, 'hello', {}, of('ada', 'two'));
    expect(two.instanceId).not.toBe(one.instanceId);
    const home = join(fixture.root, 'sessions', 'ada', 'one', 'CODEX_HOME');
    expect(statSync(home).mode & 0o777).toBe(0o700);

    await fixture.pool.forget([one.threadId], of('ada', 'one'));
    expect(fixture.pool.status().groups.map(({ id }) => id)).toEqual(['session:ada/two']);
    expect(processesWith(`CODEX_HOME=${home}\0`)).toEqual([]);
  });
});

describe('a chat that was made without separation', () => {
  it('is said to be missing when users are separated', async () => {
    const shared = await PoolFixture.start({ config: { size: 1 } });
    const { threadId } = await shared.run(null, 'hello', {}, of('ada'));
    await shared.pool.stop({ graceMs: 0 });
    const separated = await PoolFixture.start({ config: { isolation: 'user' }, root: shared.root });

    const resumed = separated.run(threadId, 'hello', {}, of('ada'));
    await expect(resumed).rejects.toMatchObject({ name: 'ThreadMissingError' });
    await separated.stop();
    await shared.stop();
  });
});
