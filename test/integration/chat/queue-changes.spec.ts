import { AgentRefusedError } from '../../../src/app-server/agent/agent.errors';
import type { QueueDto } from '../../../src/chat/dto/queue.dto';
import { ChatEntity } from '../../../src/chat/entities/chat.entity';
import { MessageEntity } from '../../../src/chat/entities/message.entity';
import { TurnEntity } from '../../../src/chat/entities/turn.entity';
import { PublishedText } from '../../../src/chat/event-log/published-text';
import { ThreadHistory } from '../../../src/chat/turns/thread-history';
import { TurnReconciler } from '../../../src/chat/turns/turn-reconciler';
import { UnfinishedRows } from '../../../src/chat/turns/unfinished-rows';
import { StorageUnavailableError } from '../../../src/database/storage-fault';
import { ChatFixture } from '../../support/chat-fixture';
import { eventually } from '../../support/eventually';
import { FakeThread, recordOf } from '../../support/fake-agent';

const USER = { id: 'default', isAdmin: false };
const BOB = { id: 'bob', isAdmin: false };

describe('the queue of a chat', () => {
  let chats: ChatFixture;
  let chat: ChatEntity;
  let queue: ReturnType<ChatFixture['queueOn']>;
  /** Those that were opened, in order: one a turn that has its slot. */
  let threads: FakeThread[];
  let mayOpen: PromiseWithResolvers<void>;

  beforeEach(async () => {
    chats = await ChatFixture.open();
    chat = await chats.addChat();
    queue = chats.queueOn(chats.scheduler);
    threads = [];
    mayOpen = Promise.withResolvers();
    chats.agent.onOpen = async ({ signal, tenant }) => {
      await Promise.race([
        mayOpen.promise,
        new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(new Error('stopped')))),
      ]);
      const thread = new FakeThread(chats.happened);
      thread.threadId = `thread of ${tenant.chatId}`;
      thread.onInterrupt = () => Promise.resolve(thread.end('interrupted'));
      threads.push(thread);
      return thread;
    };
    await chats.scheduler.open();
  });
  afterEach(async () => {
    await chats.scheduler.stop(0);
    await chats.close();
  });

  const send = async (content: string, clientMessageId?: string) =>
    chats.intakeOn(chats.scheduler).accept(USER, chat.id, { content, clientMessageId });
  const turn = (id: string) => chats.database.read.findOneByOrFail(TurnEntity, { id });
  const list = (): Promise<QueueDto> => queue.waiting.list(USER, chat.id);
  const caller = (version?: string) => queue.waiting.caller(USER, chat.id, version);
  const texts = ({ items }: QueueDto): string[] => items.map(({ message }) => JSON.stringify(message.content));
  const given = (): string[] => threads.flatMap(({ started }) => started.map(({ content }) => JSON.stringify(content)));
  const text = (words: string): string => JSON.stringify([{ type: 'text', text: words }]);
  const isNext = (count: number) => eventually('one is next', () => chats.agent.opened.length === count);
  /** Lets the turn that runs end, and waits for the next one. */
  const answered = async (count: number): Promise<void> => {
    await eventually('it is given to the agent', () => given().length === count);
    threads.at(-1)?.end('completed');
  };

  it('is put in another order, in which all is answered: also what is next already comes later', async () => {
    const [one, two, three] = [await send('one'), await send('two'), await send('three')];
    await isNext(1);
    const order = [three, one, two].map(({ messageId }) => messageId);
    const changed = await queue.changes.reorder(await caller(), order);
    expect(changed.items.map(({ message, position }) => [message.id, position])).toEqual(
      order.map((id, position) => [id, position]),
    );
    expect(await list()).toEqual(changed);
    mayOpen.resolve();
    for (const count of [1, 2, 3]) await answered(count);
    await eventually('all are answered', async () => (await turn(two.turnId)).status === 'completed');
    expect(given()).toEqual(['three', 'one', 'two'].map(text));
    expect((await turn(three.turnId)).ordinal).toBe(1);
    const [event] = (await chats.log.read(chat.id, 0, 100)).filter(({ type }) => type === 'queue.changed');
    expect(event?.data).toMatchObject({
      ...{ change: 'reordered', held: false, version: changed.version, by: { id: USER.id } },
      turnIds: [three, one, two].map(({ turnId }) => turnId),
    });
  });

  it('gives a new thread the history in the order of the answers', async () => {
    const [one, two, three] = [await send('one'), await send('two'), await send('three')];
    await isNext(1);
    await queue.changes.reorder(await caller(), [three.turnId, two.turnId, one.turnId]);
    mayOpen.resolve();
    await answered(1);
    await answered(2);
    await eventually('the last runs', () => given().length === 3);
    const fresh = new FakeThread();
    fresh.isNew = true;
    await new ThreadHistory(chats.database, chats.pictures).restore(fresh, await turn(one.turnId), {
      ...{ unsynced: [], rows: [], signal: new AbortController().signal },
    });
    expect(fresh.history.map(({ content }) => JSON.stringify(content))).toEqual(['three', 'two'].map(text));
  });

  it('is changed by one of two clients that have seen the same: the other is given the queue as it is', async () => {
    const [one, two, three] = [await send('one'), await send('two'), await send('three')];
    await isNext(1);
    const { version } = await list();
    const orders = [
      [two, one, three],
      [three, two, one],
    ].map((order) => order.map(({ turnId }) => turnId));
    const settled = await Promise.allSettled(
      orders.map(async (order) => queue.changes.reorder(await caller(version), order)),
    );
    expect(settled.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    const now = await list();
    const winner = settled.findIndex(({ status }) => status === 'fulfilled');
    expect(now.items.map(({ turnId }) => turnId)).toEqual(orders[winner]);
    expect(settled.find(({ status }) => status === 'rejected')).toMatchObject({
      reason: { status: 409, code: 'queue_changed', queue: now },
    });
    expect(now.version).not.toBe(version);
  });

  it('is another one once a turn begins, or a message comes', async () => {
    await send('one');
    await isNext(1);
    const versions = [(await list()).version];
    await send('two');
    versions.push((await list()).version);
    mayOpen.resolve();
    await eventually('it runs', () => given().length === 1);
    versions.push((await list()).version);
    expect(new Set(versions).size).toBe(3);
  });

  it('takes no order that leaves one out, names one twice, or another that does not wait', async () => {
    const [one, two] = [await send('one'), await send('two')];
    await isNext(1);
    for (const order of [[one.turnId], [one.turnId, one.messageId], [one.turnId, two.turnId, chat.id]]) {
      await expect(queue.changes.reorder(await caller(), order)).rejects.toMatchObject({ code: 'queue_changed' });
    }
    expect((await list()).items.map(({ turnId }) => turnId)).toEqual([one.turnId, two.turnId]);
  });

  it('is edited: also what is next already is given to the agent as it is then, or the edit is refused', async () => {
    const one = await send('one', 'mine');
    await isNext(1);
    const edited = await queue.waiting.edit(USER, chat.id, one.messageId, { content: 'uno', effort: 'low' });
    expect(texts(edited)).toEqual([text('uno')]);
    expect(edited.items[0]?.effort).toBe('low');
    mayOpen.resolve();
    const late = await queue.waiting.edit(USER, chat.id, one.messageId, { content: 'late' }).then(
      () => 'late',
      ({ code }: { code: string }) => code,
    );
    await eventually('it runs', () => given().length === 1);
    const { content } = await chats.database.read.findOneByOrFail(MessageEntity, { id: one.messageId });
    expect(given()).toEqual([JSON.stringify(content)]);
    expect(given()).toEqual([text(late === 'late' ? 'late' : 'uno')]);
    await expect(queue.waiting.edit(USER, chat.id, one.messageId, { content: 'later' })).rejects.toMatchObject({
      ...{ status: 409, code: 'message_not_waiting' },
    });
    // A repeat of what was sent first is still that message; what it says now is another one.
    expect(await send('one', 'mine')).toMatchObject({ messageId: one.messageId, turnId: one.turnId });
    await expect(send('uno', 'mine')).rejects.toMatchObject({ code: 'idempotency_conflict' });
  });

  it('is edited by the author alone, and moved by nobody else than who may write', async () => {
    const one = await send('one');
    await isNext(1);
    await expect(queue.waiting.edit(BOB, chat.id, one.messageId, { content: 'x' })).rejects.toMatchObject({
      code: 'chat_not_found',
    });
    await chats.database.write((tx) => tx.update(MessageEntity, { id: one.messageId }, { authorId: null }));
    await expect(queue.waiting.edit(USER, chat.id, one.messageId, { content: 'x' })).rejects.toMatchObject({
      ...{ status: 403, code: 'not_the_author' },
    });
    await expect(queue.waiting.edit(USER, chat.id, chat.id, { content: 'x' })).rejects.toMatchObject({
      code: 'message_not_found',
    });
    await queue.waiting.remove(USER, chat.id, one.messageId);
    expect((await list()).items).toEqual([]);
  });

  it('that is held begins nothing, not after a restart either, until it is released', async () => {
    const one = await send('one');
    await isNext(1);
    expect(await queue.stop.interrupt(USER, chat.id, 'hold')).toBeNull();
    const two = await send('two');
    expect(two.waitsFor).toMatchObject({ reason: 'release' });
    mayOpen.resolve();
    await chats.scheduler.stop(0);

    const restarted = chats.schedulerOn(chats.database);
    const after = chats.queueOn(restarted);
    await restarted.open();
    const held = await after.waiting.list(USER, chat.id);
    expect([held.held, held.items.map(({ turnId }) => turnId)]).toEqual([true, [one.turnId, two.turnId]]);
    expect(held.items.map(({ waitsFor }) => waitsFor?.reason)).toEqual(['release', 'release']);
    // Something else runs meanwhile, so that there was time enough.
    const other = await chats.addChat();
    await chats.intakeOn(restarted).accept(USER, other.id, { content: 'elsewhere' });
    await answered(1);
    expect(given()).toEqual([text('elsewhere')]);
    await after.changes.release(await after.waiting.caller(USER, chat.id));
    await answered(2);
    await answered(3);
    await eventually('all are answered', async () => (await turn(two.turnId)).status === 'completed');
    expect(given().slice(1)).toEqual(['one', 'two'].map(text));
    await restarted.stop(0);
  });

  it('that is held lets one message go that is sent now, and no other', async () => {
    const [one, two] = [await send('one'), await send('two')];
    await queue.stop.interrupt(USER, chat.id, 'hold');
    mayOpen.resolve();
    const sent = await queue.sending.send(await caller(), two.messageId);
    expect(sent).toEqual({ messageId: two.messageId, turnId: two.turnId, steered: false });
    await answered(1);
    await eventually('it is answered', async () => (await turn(two.turnId)).status === 'completed');
    const { held, items } = await list();
    expect([given(), held, items.map(({ turnId }) => turnId)]).toEqual([[text('two')], true, [one.turnId]]);
  });

  it('is cleared with an interrupt: each message that waits ends once, and the turn that runs is interrupted', async () => {
    const one = await send('one');
    mayOpen.resolve();
    await eventually('it runs', () => given().length === 1);
    const waiting = [await send('two'), await send('three')];
    expect(await queue.stop.interrupt(USER, chat.id, 'clear')).toBe(one.turnId);
    await eventually('it is over', async () => (await turn(one.turnId)).status === 'interrupted');
    for (const { turnId } of waiting) expect((await turn(turnId)).errorCode).toBe('removed_from_queue');
    expect([(await turn(one.turnId)).errorCode, chats.queue.length, given()]).toEqual([null, 0, [text('one')]]);
  });

  it('gives a message that is sent now to the turn that runs, of which it is from then on', async () => {
    const one = await send('one');
    mayOpen.resolve();
    const [two, three] = [await send('two'), await send('three')];
    await eventually('it runs', () => given().length === 1);
    const sent = await queue.sending.send(await caller(), two.messageId);
    expect(sent).toEqual({ messageId: two.messageId, turnId: one.turnId, steered: true });
    expect(chats.happened).toContain(`agent gets ${two.messageId}`);
    expect(await turn(two.turnId)).toMatchObject({
      ...{ status: 'interrupted', errorCode: 'sent_to_running_turn', synced: true },
    });
    const rows = await chats.database.read.find(MessageEntity, {
      where: { turnId: one.turnId },
      order: { seq: 'ASC' },
    });
    expect(rows.map(({ id }) => id)).toEqual([one.messageId, two.messageId]);
    expect((await list()).items.map(({ turnId }) => turnId)).toEqual([three.turnId]);
    expect(chats.queue.length).toBe(1);
    await expect(queue.sending.send(await caller(), two.messageId)).rejects.toMatchObject({
      code: 'message_not_waiting',
    });
  });

  it('keeps a message that the running turn does not take, and puts it first', async () => {
    await send('one');
    mayOpen.resolve();
    const [two, three] = [await send('two'), await send('three')];
    await eventually('it runs', () => given().length === 1);
    const [running] = threads;
    if (running) {
      running.steer = () => {
        running.end('completed');
        return Promise.reject(new AgentRefusedError('over'));
      };
    }
    const sent = await queue.sending.send(await caller(), three.messageId);
    expect(sent).toEqual({ messageId: three.messageId, turnId: three.turnId, steered: false });
    await answered(2);
    await answered(3);
    await eventually('all are answered', async () => (await turn(two.turnId)).status === 'completed');
    expect(given()).toEqual(['one', 'three', 'two'].map(text));
  });

  it('is as it was when nothing can be stored', async () => {
    const [one, two] = [await send('one'), await send('two')];
    await isNext(1);
    const before = await list();
    chats.database.fault = new StorageUnavailableError(new Error('the disk is full'));
    for (const change of [
      async () => queue.changes.reorder(await caller(), [two.turnId, one.turnId]),
      () => queue.waiting.edit(USER, chat.id, two.messageId, { content: 'dos' }),
      () => queue.stop.interrupt(USER, chat.id, 'hold'),
      () => queue.stop.interrupt(USER, chat.id, 'clear'),
    ]) {
      await expect(change()).rejects.toMatchObject({ code: 'storage_unavailable' });
    }
    chats.database.fault = undefined;
    expect(await list()).toEqual(before);
    mayOpen.resolve();
    await answered(1);
    await answered(2);
    expect(given()).toEqual(['one', 'two'].map(text));
  });

  it('has a message once that the agent was given when the service died before it was stored', async () => {
    const [one, two] = [await send('one'), await send('two')];
    mayOpen.resolve();
    await eventually('it runs', () => given().length === 1);
    await chats.database.write((tx) => tx.update(ChatEntity, { id: chat.id }, { codexThreadId: 'thread' }));
    chats.agent.onLastTurn = () =>
      Promise.resolve(
        recordOf('completed', {
          userMessages: [one, two].map(({ messageId }) => ({ id: messageId, content: [] })),
          texts: ['both'],
        }),
      );
    const rows = new UnfinishedRows(chats.database, new PublishedText(chats.database), chats.pictures);
    await new TurnReconciler(chats.database, chats.log, chats.threads, rows, chats.logger).reconcile(() => false);
    expect([(await turn(one.turnId)).status, (await turn(two.turnId)).errorCode]).toEqual([
      ...['completed', 'sent_to_running_turn'],
    ]);
    const said = await chats.database.read.find(MessageEntity, { where: { chatId: chat.id }, order: { seq: 'ASC' } });
    expect(said.map(({ turnId, role }) => [turnId === one.turnId, role])).toEqual([
      [true, 'user'],
      [true, 'user'],
      [true, 'assistant'],
    ]);
  });
});
