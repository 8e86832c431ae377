import { setTimeout as sleep } from 'node:timers/promises';
import type { ChatEvent } from '../../src/chat/event-log/chat-event';
import { DatabaseLock } from '../support/database-lock';
import { upTo } from '../support/event-record';
import { eventually } from '../support/eventually';
import { RelayClient, textOf } from '../support/relay-client';
import { ScriptedModel, startScriptedModel } from '../support/scripted-model';
import { ScriptedReply } from '../support/scripted-reply';
import { RelayService } from '../support/service';
import { SocketClient } from '../support/socket-client';
import { wordedReply, words } from '../support/worded-model';

const LONG_DELTAS = 12_000;
const DELTA_LENGTH = 500;
const LONG_TEXT = Array.from({ length: LONG_DELTAS }, (_, index) => `${index} `.padEnd(DELTA_LENGTH, 'x'));
/** Twice what may wait in a chat's log: what is being committed, and what comes meanwhile. */
const MOST_WAITING_DELTAS = 1_000;
/** Longer than the limit of silence here, than a write waits for the lock, and than an interrupt waits for its end. */
const LOCKED_MS = 8_000;
const IDLE_LIMIT_SECONDS = 5;

describe('while another process holds the lock of the database', () => {
  let model: ScriptedModel;
  let service: RelayService;
  let client: RelayClient;

  beforeAll(async () => {
    const long: ScriptedReply = { text: LONG_TEXT };
    const replies = new Map([
      ['long', long],
      ['long, without an end', { ...long, fault: { kind: 'stall', afterFrames: LONG_DELTAS / 4 } } as const],
    ]);
    model = await startScriptedModel((request) => replies.get(request.lastUserText) ?? wordedReply(request));
    service = await RelayService.start({
      modelUrl: model.url,
      environment: { CODEX_POOL_SIZE: '1', CODEX_TURN_IDLE_TIMEOUT_SECONDS: `${IDLE_LIMIT_SECONDS}` },
    });
    client = service.client;
  });
  afterAll(async () => {
    await service?.dispose();
    await model?.stop();
  });

  const newChatIds = async (count: number): Promise<string[]> =>
    (await Promise.all(upTo(count).map(() => client.createChat()))).map(({ id }) => id);

  it('a long answer is held up within bounds and then complete, no living turn is ended for its silence, and an interrupted one ends as interrupted once it can be written', async () => {
    const [longChat = '', slowChat = '', stoppedChat = ''] = await newChatIds(3);
    const { pid } = (await service.health()).instances[0] ?? {};
    const slow = client.ask(slowChat, 'say 40 words every 200 ms');
    const stopped = await client.askStreaming(stoppedChat, 'long, without an end');
    await stopped.first('message.delta');
    const viewer = await client.askStreaming(longChat, 'long');
    await viewer.first('message.delta');

    const lock = await DatabaseLock.take(service.dataRoot);
    await sleep(500);
    await client.interrupt(stoppedChat);
    await sleep(LOCKED_MS);
    expect((await client.request('GET', '/health/live')).status).toBe(200);
    expect((await client.messages(longChat)).map(({ role }) => role)).toContain('user');
    expect((await client.turns(longChat)).map(({ status }) => status)).toEqual(['running']);
    await lock.release();

    await viewer.first('turn.completed');
    expect((await slow).turn.status).toBe('completed');
    expect(textOf((await slow).message)).toBe(words(40));
    expect(viewer.publishedText).toBe(LONG_TEXT.join(''));
    expect(viewer.seqs).toEqual(upTo(viewer.seqs.length));
    expect(await client.events(longChat)).toEqual(viewer.events);
    expect(largestCommit(viewer.events)).toBeLessThan(MOST_WAITING_DELTAS * DELTA_LENGTH);
    expect(viewer.ofType('turn.completed')[0]?.data).toMatchObject({ status: 'completed', error: null });
    await viewer.close();

    const { data } = await stopped.first('turn.completed');
    expect(data).toMatchObject({ status: 'interrupted', error: null });
    // Its process goes on.
    expect((await service.health()).instances.map((instance) => instance.pid)).toEqual([pid]);
    expect((await client.ask(stoppedChat, 'still there?')).turn.status).toBe('completed');
    await stopped.close();
  });

  it('a message is accepted late when the lock ends soon', async () => {
    const [chatId = ''] = await newChatIds(1);
    const lock = await DatabaseLock.take(service.dataRoot);
    const asked = client.ask(chatId, 'hello');
    await sleep(1_000);
    expect(await client.messages(chatId)).toEqual([]);
    await lock.release();
    expect(textOf((await asked).message)).toBe('You said: hello');
  });

  it('a message is refused, over every way, when it does not, leaves no trace, and can be sent again', async () => {
    const [chatId = '', otherId = ''] = await newChatIds(2);
    const socket = await SocketClient.connect(service.url);
    const input = { content: 'hello', clientMessageId: 'once' };
    const lock = await DatabaseLock.take(service.dataRoot);
    const [answer, acknowledgement, made] = await Promise.all([
      client.request('POST', `/api/v1/chats/${chatId}/messages`, input),
      socket.call('message:send', { chatId: otherId, content: 'hello' }),
      client.request('POST', '/api/v1/chats', {}),
    ]);
    await lock.release();

    for (const { status, body, headers } of [answer, made]) {
      expect([status, body.code, headers.get('retry-after')]).toEqual([503, 'storage_unavailable', '5']);
    }
    expect(acknowledgement).toMatchObject({ ok: false, error: { code: 'storage_unavailable' } });
    for (const id of [chatId, otherId]) {
      expect([await client.messages(id), await client.turns(id), await client.events(id)]).toEqual([[], [], []]);
    }
    await client.send(chatId, input);
    await eventually('the message is answered', async () => (await client.chat(chatId)).status === 'idle');
    expect((await client.turns(chatId)).map(({ status }) => status)).toEqual(['completed']);
    socket.close();
  });
});

/** Characters of the largest run of text that was committed in one moment. */
function largestCommit(events: readonly ChatEvent[]): number {
  const lengths = new Map<string, number>();
  for (const { type, at, data } of events) {
    if (type === 'message.delta') lengths.set(at, (lengths.get(at) ?? 0) + data.delta.length);
  }
  return Math.max(...lengths.values());
}
