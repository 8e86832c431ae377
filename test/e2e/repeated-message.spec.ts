import { RelayClient } from '../support/relay-client';
import { ScriptedModel } from '../support/scripted-model';
import { RelayService } from '../support/service';
import { SocketClient } from '../support/socket-client';
import { startWordedModel } from '../support/worded-model';

describe('a message that is sent again under the same clientMessageId', () => {
  let model: ScriptedModel;
  let service: RelayService;
  let client: RelayClient;
  let chatId: string;

  beforeAll(async () => {
    model = await startWordedModel();
    service = await RelayService.start({ modelUrl: model.url });
    client = service.client;
  });
  beforeEach(async () => {
    chatId = (await client.createChat()).id;
  });
  afterAll(async () => {
    await model?.stop();
    await service?.dispose();
  });

  it('gets the same answer and makes one turn, also ten times at once over both ways', async () => {
    const wish = { content: 'once', clientMessageId: 'ten' };
    const socket = await SocketClient.connect(service.url);
    const answers = await Promise.all([
      ...Array.from({ length: 5 }, () => client.send(chatId, wish)),
      ...Array.from({ length: 5 }, () => socket.send(chatId, wish.content, wish.clientMessageId)),
    ]);
    expect(answers).toEqual(Array.from({ length: 10 }, () => answers[0]));
    socket.close();

    await client.ask(chatId, wish);
    expect(await client.turns(chatId)).toHaveLength(1);
    expect((await client.messages(chatId)).map(({ role }) => role)).toEqual(['user', 'assistant']);
    expect(model.requests.filter(({ lastUserText }) => lastUserText === 'once')).toHaveLength(1);
  });

  it('gets the ended turn at once for wait=true, and its events as a stream', async () => {
    const wish = { content: 'again', clientMessageId: 'again' };
    const first = await client.ask(chatId, wish);
    expect(await client.ask(chatId, wish)).toEqual(first);
    const stream = await client.askStreaming(chatId, wish);
    await stream.ended;
    expect(stream.events).toEqual(await client.events(chatId));
  });

  it('gets the same answer after a crash of the service', async () => {
    const wish = { content: 'before the crash', clientMessageId: 'crash' };
    const first = await client.send(chatId, wish);
    await service.kill();
    await service.restart();
    client = service.client;
    expect(await client.send(chatId, wish)).toEqual(first);
    await client.ask(chatId, wish);
    expect(await client.turns(chatId)).toHaveLength(1);
  });

  it('is another message in another chat', async () => {
    const other = await client.createChat();
    const first = await client.send(chatId, { content: 'hello', clientMessageId: 'same' });
    const second = await client.send(other.id, { content: 'hello', clientMessageId: 'same' });
    expect(second.turnId).not.toBe(first.turnId);
  });
});
