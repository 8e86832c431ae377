import { wordedSuite } from '../support/worded-suite';

/** Well above the time after which a caller is told that its turn still waits; other processes would answer after 3 s. */
const WAIT_DEADLINE_MS = 10_000;

describe('all app-servers are stopped by a signal', () => {
  const suite = wordedSuite({
    environment: { CODEX_QUEUE_TIMEOUT_SECONDS: '1', CODEX_REQUEST_TIMEOUT_SECONDS: '3' },
  });

  const signal = async (name: NodeJS.Signals): Promise<number[]> => {
    const pids = (await suite.service.health()).instances.map(({ pid }) => pid ?? -1);
    for (const pid of pids) process.kill(pid, name);
    return pids;
  };

  it('tells who waits by the deadline, keeps the messages, and answers each once with other processes', async () => {
    const chats = await Promise.all([1, 2, 3].map(() => suite.client.createChat()));
    const records = await Promise.all(chats.map(({ id }) => suite.client.follow(id)));
    const stopped = await signal('SIGSTOP');
    const askedAt = performance.now();
    const answers = await Promise.all(
      chats.map(({ id }) =>
        suite.client.request('POST', `/api/v1/chats/${id}/messages?wait=true`, { content: 'hello' }),
      ),
    );
    expect(performance.now() - askedAt).toBeLessThan(WAIT_DEADLINE_MS);
    for (const { status, headers, body } of answers) {
      expect({ status, code: body.code }).toEqual({ status: 503, code: 'pool_saturated' });
      expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
      expect(body.detail).toContain('stays queued');
    }
    for (const { id } of chats) expect(await suite.client.turns(id)).toMatchObject([{ status: 'queued' }]);

    const ends = await Promise.all(records.map((record) => record.first('turn.completed')));
    expect(ends.map(({ data }) => data.status)).toEqual(['completed', 'completed', 'completed']);
    for (const { id } of chats) {
      expect((await suite.client.messages(id)).map(({ role }) => role)).toEqual(['user', 'assistant']);
    }
    expect(suite.model.requests.filter(({ lastUserText }) => lastUserText === 'hello')).toHaveLength(3);
    const { instances } = await suite.service.health();
    expect(instances.filter(({ pid }) => stopped.includes(pid ?? -1))).toEqual([]);
    await Promise.all(records.map((record) => record.close()));
  });

  it('and go on in time: nothing is lost, and none is replaced', async () => {
    const { id } = await suite.client.createChat();
    const record = await suite.client.follow(id);
    const stopped = await signal('SIGSTOP');
    const { turnId } = await suite.client.send(id, 'hello');
    await record.first('turn.queued');
    await signal('SIGCONT');
    expect((await record.turnEnd(turnId)).data.status).toBe('completed');
    expect((await suite.service.health()).instances.map(({ pid }) => pid)).toEqual(stopped);
    await record.close();
  });
});
