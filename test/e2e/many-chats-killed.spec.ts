import { upTo } from '../support/event-record';
import { eventually } from '../support/eventually';
import { textOf } from '../support/relay-client';
import { ScriptedModel } from '../support/scripted-model';
import { RelayService } from '../support/service';
import { startWordedModel } from '../support/worded-model';

const ENDED = ['completed', 'interrupted', 'failed'];

/** Each kill takes a start of the service along. */
jest.setTimeout(60_000);

describe('the service is killed while many chats are at work', () => {
  let model: ScriptedModel;
  let service: RelayService;

  beforeAll(async () => {
    model = await startWordedModel();
    service = await RelayService.start({ modelUrl: model.url, environment: { CODEX_MAX_TURNS_PER_INSTANCE: '3' } });
  });
  afterAll(async () => {
    await model?.stop();
    await service?.dispose();
  });

  it('no message that was accepted is lost, and every turn ends once', async () => {
    const chats = await Promise.all(upTo(10).map(() => service.client.createChat()));
    const first = await Promise.all(chats.map(({ id }) => service.client.send(id, 'say 100 words every 10 ms')));
    // The last answers come right before the end of the process.
    const second = await Promise.all(chats.map(({ id }) => service.client.send(id, 'the last words')));
    await service.kill();
    await service.restart();

    const { client } = service;
    for (const [index, { id }] of chats.entries()) {
      const accepted = [first[index], second[index]];
      const turns = await eventually(`every turn of chat ${index} has ended`, async () => {
        const found = await client.turns(id);
        return found.every(({ status }) => ENDED.includes(status)) && found;
      });
      expect(turns.map((turn) => turn.id)).toEqual(accepted.map((answer) => answer?.turnId));
      expect(turns[1]).toMatchObject({ status: 'completed', error: null });
      const messages = await client.messages(id);
      const asked = messages.filter(({ role }) => role === 'user').map((message) => message.id);
      expect(asked).toEqual(accepted.map((answer) => answer?.messageId));
      expect(textOf(messages.at(-1))).toBe('You said: the last words');

      const log = await client.events(id);
      expect(log.map(({ seq }) => seq)).toEqual(upTo(log.length));
      const ends = log.filter(({ type }) => type === 'turn.completed').map(({ turnId }) => turnId);
      expect(ends).toEqual(turns.map((turn) => turn.id));
      expect((await client.chat(id)).status).toBe('idle');
    }
    expect((await service.health()).queuedTurns).toBe(0);
  });

  it('again and again, at any moment', async () => {
    const { id } = await service.client.createChat();
    const accepted: string[] = [];
    for (const moment of [0, 10, 40, 150]) {
      const { turnId } = await service.client.send(id, 'say 40 words every 5 ms');
      accepted.push(turnId);
      await new Promise((resolve) => setTimeout(resolve, moment));
      await service.kill();
      await service.restart();
    }
    const { turn } = await service.client.ask(id, 'still there');
    expect(turn.status).toBe('completed');
    const turns = await service.client.turns(id);
    expect(turns.map((found) => found.id)).toEqual([...accepted, turn.id]);
    expect(turns.every(({ status }) => ENDED.includes(status))).toBe(true);
    const log = await service.client.events(id);
    expect(log.map(({ seq }) => seq)).toEqual(upTo(log.length));
    expect(log.filter(({ type }) => type === 'turn.completed').map(({ turnId }) => turnId)).toEqual([
      ...[...accepted, turn.id],
    ]);
  });
});
