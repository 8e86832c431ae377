import { EventRecord, upTo } from '../support/event-record';
import { textOf } from '../support/relay-client';
import { SseClient } from '../support/sse-client';
import { SocketClient } from '../support/socket-client';
import { words } from '../support/worded-model';
import { wordedSuite } from '../support/worded-suite';

describe('a message is answered', () => {
  const suite = wordedSuite();

  it('at once with 202, and later with the text of the model', async () => {
    const { id } = await suite.client.createChat();
    const accepted = await suite.client.request<Record<string, string>>('POST', `/api/v1/chats/${id}/messages`, {
      content: 'say 20 words',
    });
    expect(accepted.status).toBe(202);
    expect(accepted.body).toEqual({
      messageId: expect.any(String) as string,
      turnId: expect.any(String) as string,
      waitsFor: null,
    });

    const record = await suite.client.follow(id);
    await record.turnEnd(accepted.body.turnId ?? '');
    await record.close();
    const messages = await suite.client.messages(id);
    expect(messages.map(({ role, status, turnId }) => ({ role, status, turnId }))).toEqual([
      { role: 'user', status: 'final', turnId: accepted.body.turnId },
      { role: 'assistant', status: 'final', turnId: accepted.body.turnId },
    ]);
    expect(messages.map(textOf)).toEqual(['say 20 words', words(20)]);
    expect(record.publishedText).toBe(words(20));
    expect(await suite.client.turns(id)).toMatchObject([
      { status: 'completed', error: null, usage: { totalTokens: 15 } },
    ]);
  });

  it('with the ended turn for wait=true', async () => {
    const { id } = await suite.client.createChat({ title: 'Named' });
    const { turn, message } = await suite.client.ask(id, 'hello');
    expect(turn).toMatchObject({ chatId: id, status: 'completed', error: null });
    expect(textOf(message)).toBe('You said: hello');
    expect(await suite.client.chat(id)).toMatchObject({ title: 'Named', status: 'idle', usage: { totalTokens: 15 } });
  });

  it('and its beginning is the title of its chat, without half a character at the end', async () => {
    const { id } = await suite.client.createChat();
    await suite.client.ask(id, `${'x'.repeat(78)}😀😀`);
    expect(await suite.client.chat(id)).toMatchObject({ title: `${'x'.repeat(78)}…` });
  });

  it('with the events of its turn, and no others, as an event stream', async () => {
    const { id } = await suite.client.createChat();
    await suite.client.ask(id, 'an earlier one');
    const stream = await suite.client.askStreaming(id, 'say 5 words');
    await stream.ended;
    expect(new Set(stream.events.map(({ turnId }) => turnId)).size).toBe(1);
    expect(stream.events.slice(0, 3).map(({ type }) => type)).toEqual([
      'message.created',
      'turn.queued',
      'turn.started',
    ]);
    expect(stream.events.at(-1)?.type).toBe('turn.completed');
    expect(stream.publishedText).toBe(words(5));
  });

  it('and its log can be followed from where a page of it ended', async () => {
    const { id } = await suite.client.createChat();
    const { turn } = await suite.client.ask(id, 'hello');
    const log = `/api/v1/chats/${id}/events`;
    const { nextCursor } = (await suite.client.request<{ nextCursor: string }>('GET', `${log}?limit=3`)).body;
    const stream = await SseClient.open(`${suite.service.url}${log}?cursor=${nextCursor}`);
    await stream.turnEnd(turn.id);
    expect(stream.events[0]?.seq).toBe(4);
    await stream.close();
  });

  it('over Socket.IO', async () => {
    const { id } = await suite.client.createChat();
    const socket = await SocketClient.connect(suite.service.url);
    await socket.join(id);
    const { messageId, turnId } = await socket.send(id, 'say 5 words');
    await socket.turnEnd(turnId);
    expect(socket.publishedText).toBe(words(5));
    expect((await suite.client.messages(id))[0]?.id).toBe(messageId);
    socket.close();
  });

  it('in an own title for a chat that has none', async () => {
    const { id, title } = await suite.client.createChat();
    expect(title).toBe('New chat');
    await suite.client.ask(id, '  What is\n the weather?  ');
    expect((await suite.client.chat(id)).title).toBe('What is the weather?');
  });

  it('with the whole conversation before the model', async () => {
    const { id } = await suite.client.createChat({ instructions: 'Always answer in rhymes.' });
    await suite.client.ask(id, 'my name is Ada');
    await suite.client.ask(id, 'what is my name');
    const request = JSON.stringify(
      suite.model.requests.findLast(({ lastUserText }) => lastUserText === 'what is my name'),
    );
    for (const said of ['Always answer in rhymes.', 'my name is Ada', 'You said: my name is Ada']) {
      expect(request).toContain(said);
    }
  });

  it('to every client with the same events in the same order, from 1 without gap', async () => {
    const { id } = await suite.client.createChat();
    const sockets = await Promise.all([
      SocketClient.connect(suite.service.url),
      SocketClient.connect(suite.service.url),
    ]);
    await Promise.all(sockets.map((socket) => socket.join(id, 0)));
    const [sockA, sockB] = sockets;
    const streams = await Promise.all([suite.client.follow(id), suite.client.follow(id, { after: 0 })]);
    const first = await suite.client.send(id, 'say 60 words every 5 ms');
    const second = await suite.client.send(id, 'say 10 words');

    await streams[0]?.until('some text', () => streams[0] && streams[0].publishedText.length > 50);
    const lateSocket = await SocketClient.connect(suite.service.url);
    await lateSocket.join(id, 2);
    const lateStream = await suite.client.follow(id, { lastEventId: '3' });
    const records: EventRecord[] = [...sockets, ...streams, lateSocket, lateStream];
    await Promise.all(records.map((record) => record.turnEnd(second.turnId)));
    await Promise.all([...streams, lateStream].map((stream) => stream.close()));
    for (const socket of [...sockets, lateSocket]) socket.close();

    const log = await suite.client.events(id);
    expect(log.map(({ seq }) => seq)).toEqual(upTo(log.length));
    for (const record of [sockA, sockB, ...streams]) expect(record?.events).toEqual(log);
    expect(lateSocket.events).toEqual(log.slice(2));
    expect(lateStream.events).toEqual(log.slice(3));
    expect(lateStream.ids).toEqual(log.slice(3).map(({ seq }) => String(seq)));
    const ends = log.filter(({ type }) => type === 'turn.completed').map(({ turnId }) => turnId);
    expect(ends).toEqual([first.turnId, second.turnId]);
  });

  it('to a client that left the room with nothing more', async () => {
    const { id } = await suite.client.createChat();
    const [stays, leaves] = await Promise.all([
      SocketClient.connect(suite.service.url),
      SocketClient.connect(suite.service.url),
    ]);
    await stays.join(id, 0);
    await leaves.join(id, 0);
    expect(await leaves.call('chat:leave', { chatId: id })).toEqual({ ok: true });
    const { turnId } = await suite.client.send(id, 'hello');
    await stays.turnEnd(turnId);
    expect(leaves.events).toEqual([]);
    stays.close();
    leaves.close();
  });
});
