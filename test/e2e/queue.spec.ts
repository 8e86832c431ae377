import type { QueueDto, SentNowDto } from '../../src/chat/dto/queue.dto';
import type { ChatDto } from '../../src/chat/dto/chat.dto';
import type { ChatStateDto } from '../../src/chat/dto/chat-state.dto';
import { eventually } from '../support/eventually';
import { PIXEL } from '../support/pixel';
import { textOf } from '../support/relay-client';
import { SocketClient } from '../support/socket-client';
import type { SseClient } from '../support/sse-client';
import { promptTextOf } from '../support/worded-model';
import { wordedSuite } from '../support/worded-suite';

const LONG = 'say 3000 words every 20 ms';
/** Long enough to be told more, which its model gets when it has said this. */
const BRIEF = 'say 100 words every 20 ms';
const queueOf = (chatId: string): string => `/api/v1/chats/${chatId}/queue`;

describe('the queue of a chat', () => {
  const suite = wordedSuite({ environment: { CODEX_POOL_SIZE: '1' } });
  const open: SseClient[] = [];

  afterAll(() => Promise.all(open.map((record) => record.close())));

  /** A chat in which a long turn runs, and these messages wait. */
  async function busyChat(waiting: readonly string[], running = LONG) {
    const { client } = suite;
    const { id } = await client.createChat();
    const record = await client.follow(id);
    open.push(record);
    const first = await client.send(id, running);
    await record.first('message.delta');
    const sent = [];
    for (const content of waiting) sent.push(await client.send(id, content));
    return { id, record, first, sent };
  }
  const list = async (id: string): Promise<QueueDto> => (await suite.client.request<QueueDto>('GET', queueOf(id))).body;
  const interrupt = (id: string, queue?: string) =>
    suite.client.request<{ turnId: string | null }>('POST', `/api/v1/chats/${id}/interrupt`, queue && { queue });
  /** What the model was told before it answered this, and with it. */
  const asked = (text: string): string => {
    const request = suite.model.requests.findLast(({ lastUserText }) => lastUserText === text);
    return request === undefined ? '' : promptTextOf(request);
  };
  const times = (words: string, prompt: string): number => prompt.split(words).length - 1;

  it('is answered in the order that its user has made of it, and the model is told each message once and in that order', async () => {
    const { id, record, sent } = await busyChat(['one', 'two', 'three']);
    const [one, two, three] = sent.map(({ messageId }) => messageId);
    expect(sent.map(({ waitsFor }) => waitsFor?.reason)).toEqual(['turn', 'turn', 'turn']);
    const { version, held, items } = await list(id);
    expect([held, items.map(({ message }) => message.id)]).toEqual([false, [one, two, three]]);

    // Two clients that have seen the same, at the same moment.
    const orders = [
      [three, one, two],
      [two, three, one],
    ];
    const answers = await Promise.all(
      orders.map((messageIds) =>
        suite.client.request<QueueDto & { code?: string; queue?: QueueDto }>('PUT', `${queueOf(id)}/order`, {
          ...{ messageIds, expectedVersion: version },
        }),
      ),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    const now = await list(id);
    expect(answers.find(({ status }) => status === 200)?.body).toEqual(now);
    expect(answers.find(({ status }) => status === 409)?.body).toMatchObject({ code: 'queue_changed', queue: now });
    const edited = await suite.client.request<QueueDto>('PATCH', `${queueOf(id)}/${two}`, { content: 'zwei' });
    expect(edited.status).toBe(200);
    await suite.client.request('PUT', `${queueOf(id)}/order`, { messageIds: [three, two, one] });

    expect((await interrupt(id)).status).toBe(202);
    await record.turnEnd(sent[0]?.turnId ?? '');
    const messages = await suite.client.messages(id);
    expect(messages.slice(2).map(textOf)).toEqual([
      ...['three', 'You said: three', 'zwei', 'You said: zwei', 'one', 'You said: one'],
    ]);
    const last = asked('one');
    const places = ['"three"', 'You said: three', '"zwei"', 'You said: zwei', '"one"'].map((said) =>
      last.indexOf(said),
    );
    expect(places).toEqual([...places].sort((a, b) => a - b));
    expect(places).not.toContain(-1);
    expect(times('"two"', last)).toBe(0);
    const changes = record.ofType('queue.changed').map(({ data }) => data.change);
    expect(changes).toEqual(['reordered', 'edited', 'reordered']);
    const [updated] = record.ofType('message.updated');
    expect([updated?.data.message.id, textOf(updated?.data.message)]).toEqual([two, 'zwei']);
  });

  it('has a message that is sent now told to the turn that runs, and no turn of it runs', async () => {
    const { id, record, first, sent } = await busyChat(['turn left', 'later'], BRIEF);
    const [left, later] = sent;
    const answer = await suite.client.request<SentNowDto>('POST', `${queueOf(id)}/${left?.messageId}/send-now`);
    expect(answer).toMatchObject({
      ...{ status: 202, body: { messageId: left?.messageId, turnId: first.turnId, steered: true } },
    });
    expect((await record.turnEnd(left?.turnId ?? '')).data.error?.code).toBe('sent_to_running_turn');
    const again = await suite.client.request('POST', `${queueOf(id)}/${left?.messageId}/send-now`);
    expect(again).toMatchObject({ status: 409, body: { code: 'message_not_waiting' } });
    // The other one waits still, or runs already.
    expect((await list(id)).items.map(({ message }) => message.id)).not.toContain(left?.messageId);
    await record.turnEnd(later?.turnId ?? '');
    const users = (await suite.client.messages(id)).filter(({ role }) => role === 'user');
    expect(users.map((message) => [textOf(message), message.turnId])).toEqual([
      [BRIEF, first.turnId],
      ['turn left', first.turnId],
      ['later', later?.turnId],
    ]);
    const answers = (await suite.client.messages(id)).filter(({ role }) => role === 'assistant').map(textOf);
    expect(answers.slice(1)).toEqual(['You said: turn left', 'You said: later']);
    // Once by the user, and once in the answer.
    expect(times('turn left', asked('later'))).toBe(2);
    expect(record.ofType('turn.started').map(({ turnId }) => turnId)).toEqual([first.turnId, later?.turnId]);
  });

  it('is held by an interrupt, over a crash, until it is released; a message of a held queue is sent alone', async () => {
    const { id, record, first, sent } = await busyChat(['one', 'two', 'three']);
    const [one, two, three] = sent.map(({ turnId }) => turnId);
    expect(await interrupt(id, 'hold')).toMatchObject({ status: 202, body: { turnId: first.turnId } });
    await record.turnEnd(first.turnId);
    const four = await suite.client.send(id, 'four');
    expect(four.waitsFor).toMatchObject({ reason: 'release' });
    await suite.service.kill();
    await suite.service.restart();
    const { client } = suite;
    const state = await client.request<ChatStateDto>('GET', `/api/v1/chats/${id}/state`);
    expect([state.body.chat.queueHeld, state.body.chat.status]).toEqual([true, 'idle']);
    const idle = await client.request<{ data: ChatDto[] }>('GET', '/api/v1/chats?status=idle&limit=100');
    expect(idle.body.data.find((chat) => chat.id === id)?.status).toBe('idle');
    expect(state.body.queueVersion).toBe((await list(id)).version);
    // Another chat is answered meanwhile, so that there was time enough.
    await client.ask((await client.createChat()).id, 'elsewhere');
    expect((await list(id)).items.map(({ turnId }) => turnId)).toEqual([one, two, three, four.turnId]);

    const after = await client.follow(id);
    open.push(after);
    const sentNow = await client.request<SentNowDto>('POST', `${queueOf(id)}/${two}/send-now`);
    expect(sentNow.body).toMatchObject({ turnId: two, steered: false });
    expect((await after.turnEnd(two ?? '')).data.status).toBe('completed');
    const left = await list(id);
    expect([left.held, left.items.map(({ turnId }) => turnId)]).toEqual([true, [one, three, four.turnId]]);
    expect((await client.request<QueueDto>('POST', `${queueOf(id)}/release`)).body.held).toBe(false);
    await after.turnEnd(four.turnId);
    const answered = (await client.messages(id)).slice(2).filter(({ role }) => role === 'assistant');
    expect(answered.map(textOf)).toEqual(['two', 'one', 'three', 'four'].map((text) => `You said: ${text}`));
  });

  it('is cleared by an interrupt: the model is never told what waited', async () => {
    const { id, record, first, sent } = await busyChat(['withdrawn one', 'withdrawn two']);
    expect((await interrupt(id, 'clear')).body).toEqual({ turnId: first.turnId });
    expect((await record.turnEnd(first.turnId)).data.status).toBe('interrupted');
    for (const { turnId } of sent) {
      expect((await record.turnEnd(turnId)).data.error?.code).toBe('removed_from_queue');
    }
    await suite.client.ask(id, 'after');
    expect(times('withdrawn', asked('after'))).toBe(0);
    expect((await interrupt(id, 'whatever')).status).toBe(400);
  });

  it('is changed over Socket.IO by the same commands', async () => {
    const { id, first, record, sent } = await busyChat(['one', 'two']);
    const [one, two] = sent.map(({ messageId }) => messageId);
    const socket = await SocketClient.connect(suite.service.url);
    const ordered = await socket.call('queue:order', { chatId: id, messageIds: [two, one] });
    expect(ordered).toMatchObject({ ok: true, items: [{ message: { id: two } }, { message: { id: one } }] });
    const refused = await socket.call('queue:order', { chatId: id, messageIds: [one] });
    expect(refused).toMatchObject({ ok: false, error: { code: 'queue_changed', queue: { items: [{}, {}] } } });
    expect(await socket.call('queue:edit', { chatId: id, messageId: one, content: 'uno' })).toMatchObject({ ok: true });
    expect(await socket.call('queue:remove', { chatId: id, messageId: two })).toEqual({ ok: true });
    expect(await socket.call('turn:interrupt', { chatId: id, queue: 'hold' })).toEqual({
      ...{ ok: true, turnId: first.turnId },
    });
    await record.turnEnd(first.turnId);
    expect(await socket.call('queue:list', { chatId: id })).toMatchObject({ ok: true, held: true, items: [{}] });
    expect(await socket.call('queue:release', { chatId: id })).toMatchObject({ ok: true, held: false });
    expect((await record.turnEnd(sent[0]?.turnId ?? '')).data.status).toBe('completed');
    expect(textOf((await suite.client.messages(id)).at(-1))).toBe('You said: uno');
    socket.close();
  });

  it('keeps the pictures and files of a message whose text is edited, and takes what is left out away', async () => {
    const { id, sent, record } = await busyChat(['before']);
    const content = [
      { type: 'text', text: 'look' },
      { type: 'image', url: PIXEL },
      { type: 'file', fileName: 'notes.txt', data: 'data:text/plain;base64,bm90ZXM=' },
    ];
    const message = await suite.client.send(id, { content, clientMessageId: 'look' });
    const path = `${queueOf(id)}/${message.messageId}`;
    const edited = await suite.client.request<QueueDto>('PATCH', path, { content: 'look again' });
    const parts = edited.body.items[1]?.message.content ?? [];
    expect(parts.map(({ type }) => type)).toEqual(['text', 'image', 'file']);
    const file = parts[2] as { blobId: string; url: string };
    const kept = [
      { type: 'text', text: 'only this' },
      { type: 'file', blobId: file.blobId },
    ];
    const less = await suite.client.request<QueueDto>('PATCH', path, { content: kept });
    expect(less.body.items[1]?.message.content).toEqual([kept[0], parts[2]]);
    expect((await suite.client.request('GET', (parts[1] as { url: string }).url)).status).toBe(404);
    expect((await suite.client.request<string>('GET', file.url)).body).toBe('notes');
    // The same bytes are the same message, whatever it says since; others are not.
    expect(await suite.client.send(id, { content, clientMessageId: 'look' })).toMatchObject({
      messageId: message.messageId,
    });
    const other = [...content.slice(0, 2), { ...content[2], data: 'data:text/plain;base64,bm9uZXM=' }];
    const refused = await suite.client.request('POST', `/api/v1/chats/${id}/messages`, {
      ...{ content: other, clientMessageId: 'look' },
    });
    expect(refused).toMatchObject({ status: 409, body: { code: 'idempotency_conflict' } });
    await interrupt(id);
    await record.turnEnd(message.turnId);
    await eventually('all is answered', async () => (await list(id)).items.length === 0);
    const prompts = suite.model.requests.map(promptTextOf).filter((prompt) => prompt.includes('only this'));
    expect(prompts).toHaveLength(1);
    expect([times('notes', prompts[0] ?? '') > 0, times('look again', prompts[0] ?? '')]).toEqual([true, 0]);
    expect(sent).toHaveLength(1);
  });
});
