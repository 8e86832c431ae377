import { jumpClock, withShiftingClock } from '../chaos/faults/clock';
import { textOf } from '../support/relay-client';
import { wordedSuite } from '../support/worded-suite';

const LONG = 'say 500 words every 10 ms';

describe('a clock that was an hour ahead in the last run of the service', () => {
  const suite = wordedSuite({ prepare: withShiftingClock });

  it('leaves messages, turns and what the model is told in the order in which they came', async () => {
    await jumpClock(suite.service, 3_600_000);
    const { id } = await suite.client.createChat();
    const record = await suite.client.follow(id);
    await suite.client.send(id, LONG);
    await record.until('text of the answer', () => record.publishedText.includes('word30 '));
    await suite.client.send(id, 'this waits');
    await suite.service.kill();
    await record.ended;

    await suite.service.restart();
    expect((await suite.client.ask(id, 'this is last')).turn.status).toBe('completed');
    const messages = await suite.client.messages(id);
    const asked = [LONG, 'this waits', 'this is last'];
    expect(messages.filter(({ role }) => role === 'user').map(textOf)).toEqual(asked);
    expect((await suite.client.turns(id)).map(({ status }) => status)).toEqual([
      ...['interrupted', 'completed', 'completed'],
    ]);
    const told = JSON.stringify(suite.model.requests.at(-1)?.messages);
    expect(asked.map((text) => told.indexOf(text)).every((at, index, all) => at > (all[index - 1] ?? 0))).toBe(true);
  });
});
