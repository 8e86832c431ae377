import { PoolFixture, runTurn, until } from './support/pool-fixture';

describe('threads and instances', () => {
  let fixture: PoolFixture;

  beforeAll(async () => {
    fixture = await PoolFixture.start({ config: { size: 2 }, limits: { maxIdleThreads: 3 } });
  });
  afterAll(() => fixture.stop());

  it('spreads new threads round robin and keeps each one where it is loaded', async () => {
    const first = await fixture.run(null, 'hello');
    const second = await fixture.run(null, 'hello');
    const again = await fixture.run(first.threadId, 'hello', {});

    expect(first).toMatchObject({ status: 'completed', text: 'word0 word1 ' });
    expect(new Set([first.instanceId, second.instanceId]).size).toBe(2);
    expect(again.instanceId).toBe(first.instanceId);
  });

  it('authorizes each instance at the gateway with a key of its own', async () => {
    const { threadId, instanceId } = await fixture.run(null, 'who');
    const request = fixture.model.requests.find((made) => made.threadId === threadId);
    const key = request?.authorization?.replace('Bearer ', '') ?? '';

    expect(fixture.endpoint.instanceForKey(key)).toBe(instanceId);
  });

  it('opens a thread anew when its settings have changed', async () => {
    const { threadId } = await fixture.run(null, 'run touch first', { sandbox: 'read-only' });
    await fixture.run(threadId, 'run touch second; ls', { sandbox: 'workspace-write' });

    const outputs = fixture.model.requests.filter((made) => made.threadId === threadId).map(({ output }) => output);
    expect(outputs.join('\n')).toMatch(/Read-only file system|Permission denied/);
    expect(outputs.at(-1)).toMatch(/second/);
    await expect(fixture.run(threadId, 'hello')).resolves.toMatchObject({ status: 'completed' });
  });

  it('unloads idle threads beyond the bound, and they go on from disk', async () => {
    const threads: string[] = [];
    for (let index = 0; index < 10; index += 1) threads.push((await fixture.run(null, 'hello')).threadId);
    await until(() => fixture.pool.status().instances.every((instance) => instance.threads <= 3));

    const resumed = await fixture.run(threads[0] ?? '', 'hello');
    expect(resumed.status).toBe('completed');
    const requests = fixture.model.requests.filter((made) => made.threadId === threads[0]);
    expect(requests).toHaveLength(2);
  });

  it('says that a thread is missing which codex does not know', async () => {
    const unknown = '01a1f9c3-3bca-7083-8708-65fa544888d5';
    await expect(fixture.lease(unknown)).rejects.toMatchObject({ name: 'ThreadMissingError', threadId: unknown });
    await expect(fixture.pool.forget([unknown])).resolves.toBeUndefined();
  });

  it('deletes a thread where it is loaded', async () => {
    const { threadId } = await fixture.run(null, 'hello');
    await fixture.pool.forget([threadId]);
    await expect(fixture.lease(threadId)).rejects.toMatchObject({ name: 'ThreadMissingError' });
  });

  it('tells a reader everything in order, however slow it reads', async () => {
    const lease = await fixture.lease(null);
    let reading = 0;
    const report = await runTurn(lease, 'stream 4000 0', async () => {
      reading += 1;
      if (reading % 500 === 0) await new Promise((wake) => setTimeout(wake, 100));
    });
    lease.release();

    const words = Array.from({ length: 4000 }, (_, index) => `word${index} `).join('');
    expect(report.text).toBe(words);
  });
});
