import { jumpClock, withShiftingClock } from '../chaos/faults/clock';
import { textOf } from '../support/relay-client';
import { ScriptedModel } from '../support/scripted-model';
import { RelayService } from '../support/service';
import { startWordedModel } from '../support/worded-model';

const LONG = 'say 500 words every 10 ms';

describe('a clock that was an hour ahead in the last run of the service', () => {
  let model: ScriptedModel;
  let service: RelayService;

  beforeAll(async () => {
    model = await startWordedModel();
    service = await RelayService.start({ modelUrl: model.url, prepare: withShiftingClock });
  });
  afterAll(async () => {
    await model?.stop();
    await service?.dispose();
  });

  it('leaves messages, turns and what the model is told in the order in which they came', async () => {
    await jumpClock(service, 3_600_000);
    const { id } = await service.client.createChat();
    const record = await service.client.follow(id);
    await service.client.send(id, LONG);
    await record.until('text of the answer', () => record.shownText.includes('word30 '));
    await service.client.send(id, 'this waits');
    await service.kill();
    await record.ended;

    await service.restart();
    expect((await service.client.ask(id, 'this is last')).turn.status).toBe('completed');
    const messages = await service.client.messages(id);
    const asked = [LONG, 'this waits', 'this is last'];
    expect(messages.filter(({ role }) => role === 'user').map(textOf)).toEqual(asked);
    expect((await service.client.turns(id)).map(({ status }) => status)).toEqual([
      ...['interrupted', 'completed', 'completed'],
    ]);
    const told = JSON.stringify(model.requests.at(-1)?.messages);
    expect(asked.map((text) => told.indexOf(text)).every((at, index, all) => at > (all[index - 1] ?? 0))).toBe(true);
  });
});
