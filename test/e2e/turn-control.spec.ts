import { textOf } from '../support/relay-client';
import { SocketClient } from '../support/socket-client';
import { wordedSuite } from '../support/worded-suite';

describe('a running turn', () => {
  const suite = wordedSuite();

  it('is interrupted, keeps the shown text, and the model is left alone', async () => {
    const { id } = await suite.client.createChat();
    const record = await suite.client.follow(id);
    const { turnId } = await suite.client.send(id, 'say 500 words every 10 ms');
    await record.until('text', () => record.publishedText.includes('word20'));
    expect((await suite.client.chat(id)).status).toBe('running');
    expect(await suite.client.interrupt(id)).toEqual({ turnId });

    const { data } = await record.turnEnd(turnId);
    expect(data).toMatchObject({ status: 'interrupted', error: null });
    const answer = (await suite.client.messages(id)).at(-1);
    expect(answer).toMatchObject({ role: 'assistant', status: 'partial' });
    expect(textOf(answer)).toBe(record.publishedText);
    expect(
      suite.model.requests.find(({ lastUserText }) => lastUserText.startsWith('say 500'))?.abandonedAt,
    ).toBeDefined();
    expect((await suite.client.chat(id)).status).toBe('idle');
    expect(textOf((await suite.client.ask(id, 'hello')).message)).toBe('You said: hello');
    await record.close();
  });

  it('is interrupted over Socket.IO', async () => {
    const { id } = await suite.client.createChat();
    const socket = await SocketClient.connect(suite.service.url);
    await socket.join(id, 0);
    const { turnId } = await socket.send(id, 'say 500 words every 10 ms');
    await socket.first('message.delta');
    expect(await socket.call('turn:interrupt', { chatId: id })).toEqual({ ok: true, turnId });
    expect((await socket.turnEnd(turnId)).data.status).toBe('interrupted');
    socket.close();
  });

  it('is not there to be interrupted or steered in an idle chat', async () => {
    const { id } = await suite.client.createChat();
    expect(await suite.client.interrupt(id)).toEqual({ turnId: null });
    const steered = await suite.client.request('POST', `/api/v1/chats/${id}/steer`, { content: 'left' });
    expect(steered).toMatchObject({ status: 409, body: { code: 'no_running_turn' } });
  });

  it('is steered: the model hears of it in the same turn', async () => {
    const { id } = await suite.client.createChat();
    const record = await suite.client.follow(id);
    const { turnId } = await suite.client.send(id, 'say 250 words every 10 ms');
    await record.first('message.delta');
    const steered = await suite.client.steer(id, 'now turn left');
    expect(steered.turnId).toBe(turnId);
    expect((await record.turnEnd(turnId)).data.status).toBe('completed');
    const last = suite.model.requests.findLast(({ lastUserText }) => lastUserText === 'now turn left');
    expect(last).toBeDefined();
    const messages = await suite.client.messages(id);
    expect(messages.filter(({ role }) => role === 'user').map(textOf)).toEqual([
      'say 250 words every 10 ms',
      'now turn left',
    ]);
    expect(new Set(messages.map((message) => message.turnId)).size).toBe(1);
    expect(textOf(messages.at(-1))).toBe('You said: now turn left');
    await record.close();
  });

  it('keeps later messages waiting, which are then answered in order', async () => {
    const { id } = await suite.client.createChat();
    const record = await suite.client.follow(id);
    const first = await suite.client.send(id, 'say 200 words every 10 ms');
    await record.first('turn.started');
    const later = [];
    for (const content of ['two', 'three', 'four']) later.push(await suite.client.send(id, content));
    const last = later.at(-1)?.turnId ?? '';
    await record.turnEnd(last);
    await record.close();

    expect(record.ofType('turn.queued').map(({ data }) => data.position)).toEqual([0, 1, 2, 3]);
    const order = [first, ...later].map(({ turnId }) => turnId);
    const steps = record.events.filter(({ type }) => type === 'turn.started' || type === 'turn.completed');
    expect(steps.map(({ type, turnId }) => [type, turnId])).toEqual(
      order.flatMap((turnId) => [
        ['turn.started', turnId],
        ['turn.completed', turnId],
      ]),
    );
    const messages = await suite.client.messages(id);
    expect(messages.map(({ role, turnId }) => [role, turnId])).toEqual(
      order.flatMap((turnId) => [
        ['user', turnId],
        ['assistant', turnId],
      ]),
    );
    expect(messages.slice(-6).map(textOf)).toEqual([
      ...['two', 'You said: two', 'three', 'You said: three', 'four', 'You said: four'],
    ]);
  });

  it('makes room for the next message when it is interrupted', async () => {
    const { id } = await suite.client.createChat();
    const record = await suite.client.follow(id);
    const first = await suite.client.send(id, 'say 500 words every 10 ms');
    const second = await suite.client.send(id, 'next');
    await record.first('message.delta');
    await suite.client.interrupt(id);
    expect((await record.turnEnd(first.turnId)).data.status).toBe('interrupted');
    expect((await record.turnEnd(second.turnId)).data.status).toBe('completed');
    await record.close();
  });

  it('ends when its chat is deleted, of which whoever watches is told', async () => {
    const { id } = await suite.client.createChat();
    const socket = await SocketClient.connect(suite.service.url);
    const closed = new Promise((resolve) => socket.socket.once('chat:closed', resolve));
    await socket.join(id, 0);
    const stream = await suite.client.askStreaming(id, 'say 500 words every 10 ms');
    await stream.first('message.delta');
    expect((await suite.client.request('DELETE', `/api/v1/chats/${id}`)).status).toBe(204);
    await stream.ended;
    expect(await closed).toEqual({ chatId: id, code: 'chat_not_found' });
    socket.close();
    expect((await suite.service.health()).instances.map(({ turns }) => turns)).toEqual([0, 0]);
  });
});
