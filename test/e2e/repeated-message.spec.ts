import { SocketClient } from '../support/socket-client';
import { wordedSuite } from '../support/worded-suite';

describe('a message that is sent again under the same clientMessageId', () => {
  const suite = wordedSuite();
  let chatId: string;

  beforeEach(async () => {
    chatId = (await suite.client.createChat()).id;
  });

  it('gets the same answer and makes one turn, also ten times at once over both ways', async () => {
    const input = { content: 'once', clientMessageId: 'ten' };
    const socket = await SocketClient.connect(suite.service.url);
    const answers = await Promise.all([
      ...Array.from({ length: 5 }, () => suite.client.send(chatId, input)),
      ...Array.from({ length: 5 }, () => socket.send(chatId, input.content, input.clientMessageId)),
    ]);
    expect(answers).toEqual(Array.from({ length: 10 }, () => answers[0]));
    socket.close();

    await suite.client.ask(chatId, input);
    expect(await suite.client.turns(chatId)).toHaveLength(1);
    expect((await suite.client.messages(chatId)).map(({ role }) => role)).toEqual(['user', 'assistant']);
    expect(suite.model.requests.filter(({ lastUserText }) => lastUserText === 'once')).toHaveLength(1);
  });

  it('gets the ended turn at once for wait=true, and its events as a stream', async () => {
    const input = { content: 'again', clientMessageId: 'again' };
    const first = await suite.client.ask(chatId, input);
    expect(await suite.client.ask(chatId, input)).toEqual(first);
    const stream = await suite.client.askStreaming(chatId, input);
    await stream.ended;
    expect(stream.events).toEqual(await suite.client.events(chatId));
  });

  it('gets the same answer after a crash of the service', async () => {
    const input = { content: 'before the crash', clientMessageId: 'crash' };
    const first = await suite.client.send(chatId, input);
    await suite.service.kill();
    await suite.service.restart();
    expect(await suite.client.send(chatId, input)).toEqual(first);
    await suite.client.ask(chatId, input);
    expect(await suite.client.turns(chatId)).toHaveLength(1);
  });

  it('is none without an id, nor with null for one', async () => {
    const { id } = await suite.client.createChat();
    const path = `/api/v1/chats/${id}/messages?wait=true`;
    const ends = ['one', 'two'].map((content) =>
      suite.client.request('POST', path, { content, clientMessageId: null }),
    );
    expect((await Promise.all(ends)).map(({ status }) => status)).toEqual([200, 200]);
    expect((await suite.client.messages(id)).map(({ role }) => role)).toEqual([
      'user',
      'assistant',
      'user',
      'assistant',
    ]);
  });

  it('is another message in another chat', async () => {
    const other = await suite.client.createChat();
    const first = await suite.client.send(chatId, { content: 'hello', clientMessageId: 'same' });
    const second = await suite.client.send(other.id, { content: 'hello', clientMessageId: 'same' });
    expect(second.turnId).not.toBe(first.turnId);
  });
});
