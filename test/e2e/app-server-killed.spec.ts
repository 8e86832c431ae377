import { eventually } from '../support/eventually';
import { textOf } from '../support/relay-client';
import { promptTextOf } from '../support/worded-model';
import { wordedSuite } from '../support/worded-suite';

/** From the death of the process to the end of its turns. */
const LOSS_DEADLINE_MS = 15_000;

describe('an app-server is killed in the middle of an answer', () => {
  const suite = wordedSuite();

  it('ends the turn as lost, keeps the shown text, and the chat goes on with its memory', async () => {
    const { id } = await suite.client.createChat();
    await suite.client.ask(id, 'my name is Ada');
    const record = await suite.client.follow(id);
    const { turnId } = await suite.client.send(id, 'say 500 words every 10 ms');
    await record.until('text of the answer', () => record.publishedText.includes('word30'));
    const { pid } = await suite.service.busyInstance();
    const killedAt = Date.now();
    process.kill(pid, 'SIGKILL');

    const end = await record.turnEnd(turnId);
    expect(Date.now() - killedAt).toBeLessThan(LOSS_DEADLINE_MS);
    expect(end.data).toMatchObject({ status: 'failed', error: { code: 'instance_lost' } });
    const answer = (await suite.client.messages(id)).at(-1);
    expect(answer).toMatchObject({ turnId, role: 'assistant', status: 'partial' });
    const shown = record.ofType('message.delta').filter((event) => event.turnId === turnId);
    expect(textOf(answer)).toBe(shown.map(({ data }) => data.delta).join(''));

    expect(textOf((await suite.client.ask(id, 'what is my name')).message)).toBe('You said: what is my name');
    const request = suite.model.requests.findLast(({ lastUserText }) => lastUserText === 'what is my name');
    expect(request ? promptTextOf(request) : '').toContain('my name is Ada');
    await record.close();
    expect(record.ofType('turn.completed').filter((event) => event.turnId === turnId)).toHaveLength(1);
  });

  it('keeps the output of a command that ran', async () => {
    const { id } = await suite.client.createChat({ backend: 'demo' });
    const record = await suite.client.follow(id);
    const { turnId } = await suite.client.send(id, 'run: for i in $(seq 100); do echo line $i; sleep 0.1; done');
    await record.first('command.output', ({ data }) => data.delta.includes('line 8'));
    process.kill((await suite.service.busyInstance()).pid, 'SIGKILL');
    expect((await record.turnEnd(turnId)).data.error?.code).toBe('instance_lost');
    const shown = record.ofType('command.output').map(({ data }) => data.delta);
    const [action] = await suite.client.agentActions(id);
    expect(action).toMatchObject({ kind: 'command', status: 'interrupted', data: { output: shown.join('') } });
    expect(record.ofType('item.completed').map(({ data }) => data.item)).toEqual([action]);
    await record.close();
  });

  it('leaves the turns of the other app-servers alone, and comes back', async () => {
    await eventually('both app-servers are ready', async () =>
      (await suite.service.health()).instances.every(({ state }) => state === 'ready'),
    );
    const chats = await Promise.all([suite.client.createChat(), suite.client.createChat()]);
    const records = await Promise.all(chats.map(({ id }) => suite.client.follow(id)));
    for (const { id } of chats) await suite.client.send(id, 'say 400 words every 10 ms');
    await Promise.all(records.map((record) => record.until('text', () => record.publishedText.includes('word10'))));
    const [victim] = (await suite.service.health()).instances;
    expect(victim).toMatchObject({ state: 'ready', turns: 1 });
    process.kill(victim?.pid ?? -1, 'SIGKILL');

    const ends = await Promise.all(records.map((record) => record.first('turn.completed')));
    expect(ends.map(({ data }) => data.status).sort()).toEqual(['completed', 'failed']);
    await eventually('the app-server is back', async () => {
      const [instance] = (await suite.service.health()).instances;
      return instance?.state === 'ready' && instance.pid !== victim?.pid;
    });
    await Promise.all(records.map((record) => record.close()));
  });
});
