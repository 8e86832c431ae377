import type { Turn } from '../../../src/app-server/protocol/generated/v2/Turn';
import { PoolFixture, say, until } from './support/pool-fixture';

describe('the history of a thread', () => {
  let fixture: PoolFixture;

  beforeAll(async () => {
    fixture = await PoolFixture.start({ config: { size: 2 } });
  });
  afterAll(() => fixture.stop());

  const textOf = (turn: Turn | null) =>
    turn?.items.map((item) => (item.type === 'agentMessage' ? item.text : '')).join('');

  it('is read with the lease, and by the pool without loading the thread', async () => {
    const { threadId } = await fixture.run(null, 'run echo first');
    await fixture.run(threadId, 'hello');
    const lease = await fixture.lease(threadId);
    const turn = await lease.lastTurn();
    lease.release();

    expect(turn).toMatchObject({ status: 'completed', items: [{ type: 'userMessage' }, { type: 'agentMessage' }] });
    expect(textOf(turn)).toBe('word0 word1 ');
    expect(await fixture.pool.readLastTurn(threadId)).toEqual(turn);
  });

  it('is empty for a thread that had no turn, and for one that codex does not know', async () => {
    const lease = await fixture.lease(null);
    expect(await lease.lastTurn()).toBeNull();
    expect(await fixture.pool.readLastTurn('01a1f9c3-3bca-7083-8708-65fa544888d5')).toBeNull();
    lease.release();
  });

  it('says of a turn whose process was killed that it was interrupted', async () => {
    const { threadId } = await fixture.run(null, 'hello');
    const lease = await fixture.lease(threadId);
    const started = await lease.startTurn(say('stream 1000 20'));
    await until(() => fixture.model.requests.some(({ text }) => text === 'stream 1000 20'));
    process.kill(fixture.instance(lease.instanceId).pid, 'SIGKILL');
    await until(() => fixture.instance(lease.instanceId).state !== 'ready');
    lease.release();

    const turn = await fixture.pool.readLastTurn(threadId);
    expect(turn).toMatchObject({ id: started.id, status: 'interrupted' });
    expect(textOf(turn)).toBe('');
  });

  it('can be given to a new thread: the model sees it', async () => {
    const lease = await fixture.lease(null);
    const message = (role: string, type: string, text: string) => ({
      type: 'message',
      role,
      content: [{ type, text }],
    });
    await lease.inject([
      message('user', 'input_text', 'my name is Ada'),
      message('assistant', 'output_text', 'hello Ada'),
    ]);
    lease.release();
    await fixture.run(lease.threadId, 'hello');

    const request = fixture.model.requests.find(({ threadId }) => threadId === lease.threadId);
    expect(request?.history).toEqual(expect.arrayContaining(['my name is Ada', 'hello Ada', 'hello']));
  });
});
