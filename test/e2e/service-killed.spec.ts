import { EventRecord, upTo } from '../support/event-record';
import { eventually } from '../support/eventually';
import { childrenOf, isAlive } from '../support/marked-processes';
import { RelayClient, textOf } from '../support/relay-client';
import { ScriptedModel } from '../support/scripted-model';
import { RelayService } from '../support/service';
import type { SseClient } from '../support/sse-client';
import { SocketClient } from '../support/socket-client';
import { promptTextOf, startWordedModel } from '../support/worded-model';

describe('the service is killed in the middle of an answer, and started again', () => {
  let model: ScriptedModel;
  let service: RelayService;
  let client: RelayClient;
  let chatId: string;
  let killed: { turnId: string; messageId: string };
  let waiting: { turnId: string };
  let seen: EventRecord[];
  let command: SseClient;
  let children: number[];

  beforeAll(async () => {
    model = await startWordedModel();
    service = await RelayService.start({ modelUrl: model.url });
    chatId = (await service.client.createChat()).id;
    await service.client.ask(chatId, 'my name is Ada');
    const other = await service.client.createChat({ backend: 'demo' });
    command = await service.client.follow(other.id);
    await service.client.send(other.id, 'run: for i in $(seq 100); do echo line $i; sleep 0.1; done');
    const socket = await SocketClient.connect(service.url);
    await socket.join(chatId, 0);
    const stream = await service.client.follow(chatId);
    seen = [socket, stream];
    killed = await service.client.send(chatId, 'say 500 words every 10 ms');
    waiting = await service.client.send(chatId, 'this one waits');
    const shows = (record: EventRecord): boolean => record.publishedText.includes('word30');
    await Promise.all(seen.map((record) => record.until('text of the answer', () => shows(record))));
    await command.first('command.output', ({ data }) => data.delta.includes('line 8'));
    children = childrenOf(service.pid);
    await service.kill();
    await Promise.all([stream.ended, command.ended]);
    socket.close();
  });
  afterAll(async () => {
    await model?.stop();
    await service?.dispose();
  });

  it('leaves no process behind', async () => {
    expect(children.length).toBeGreaterThanOrEqual(3);
    await eventually('all children have ended', () => !children.some(isAlive));
    await eventually('all descendants have ended', () => service.descendants().length === 0);
  });

  it('keeps the message and all of the text that was shown', async () => {
    await service.restart();
    client = service.client;
    const messages = (await client.messages(chatId)).filter(({ turnId }) => turnId === killed.turnId);
    expect(messages.map(({ role, status }) => ({ role, status }))).toEqual([
      { role: 'user', status: 'final' },
      { role: 'assistant', status: 'partial' },
    ]);
    expect(messages[0]?.id).toBe(killed.messageId);
    for (const record of seen) {
      const shown = record.ofType('message.delta').filter(({ turnId }) => turnId === killed.turnId);
      expect(textOf(messages[1])).toContain(shown.map(({ data }) => data.delta).join(''));
    }
    const log = await client.events(chatId);
    for (const { events } of seen) expect(log.slice(0, events.length)).toEqual(events);
    expect(log.map(({ seq }) => seq)).toEqual(upTo(log.length));
  });

  it('keeps the output of a command that ran', async () => {
    const shown = command.ofType('command.output').map(({ data }) => data.delta);
    const [action] = await client.agentActions(command.events[0]?.chatId ?? '');
    expect(action).toMatchObject({ kind: 'command', status: 'interrupted' });
    expect(action?.data.output).toContain(shown.join(''));
  });

  it('ends the turn once, as interrupted', async () => {
    const record = await client.follow(chatId);
    await record.turnEnd(waiting.turnId);
    await record.close();
    const ends = record.ofType('turn.completed').filter(({ turnId }) => turnId === killed.turnId);
    expect(ends).toMatchObject([{ data: { status: 'interrupted', error: { code: 'service_restarted' } } }]);
    const turns = await client.turns(chatId);
    expect(turns.map(({ status }) => status)).toEqual(['completed', 'interrupted', 'completed']);
    expect(turns[1]?.endedAt).not.toBeNull();
  });

  it('answers the message that waited', async () => {
    const messages = await client.messages(chatId);
    expect(textOf(messages.at(-1))).toBe('You said: this one waits');
    expect(messages.at(-1)?.turnId).toBe(waiting.turnId);
  });

  it('lets the chat go on with its memory', async () => {
    expect(textOf((await client.ask(chatId, 'what is my name')).message)).toBe('You said: what is my name');
    const request = model.requests.findLast(({ lastUserText }) => lastUserText === 'what is my name');
    const said = request ? promptTextOf(request) : '';
    expect(said).toContain('my name is Ada');
    expect(said).toContain('You said: this one waits');
  });
});
