import { ApprovalEntity } from '../../../src/chat/entities/approval.entity';
import { ChatEntity } from '../../../src/chat/entities/chat.entity';
import { EventEntity } from '../../../src/chat/entities/event.entity';
import { MessageEntity } from '../../../src/chat/entities/message.entity';
import { RemovedChat } from '../../../src/chat/entities/removed-chat.entity';
import { warning } from '../../../src/chat/event-log/chat-event';
import { EventFollower } from '../../../src/chat/event-log/event-follower';
import type { ChatRemoval } from '../../../src/chat/chat-removal';
import { retentionDeleted } from '../../../src/common/metrics';
import { newId } from '../../../src/common/ids';
import { RetentionConfig } from '../../../src/config/retention.config';
import { insert, update } from '../../../src/database/rows';
import { ModelCallEntity } from '../../../src/gateway/accounts/model-call.entity';
import { UsageReport } from '../../../src/gateway/accounts/usage-report';
import { OldChats } from '../../../src/retention/old-chats';
import { OldEvents } from '../../../src/retention/old-events';
import { OldModelCalls } from '../../../src/retention/old-model-calls';
import { RetentionSweep } from '../../../src/retention/retention-sweep';
import { ChatFixture } from '../../support/chat-fixture';
import { addUser, USER_ID } from '../../support/stored-chat';

const daysAgo = (days: number): string => new Date(Date.now() - days * 86_400_000).toISOString();

describe('what is too old', () => {
  let chats: ChatFixture;
  let removal: ChatRemoval;

  beforeEach(async () => {
    chats = await ChatFixture.open();
    removal = chats.removalOn(chats.scheduler);
    await addUser(chats.database);
  });
  afterEach(() => chats.close());

  function sweepOf(settings: Partial<RetentionConfig>): RetentionSweep {
    const { database, logger } = chats;
    const [events, calls] = [new OldEvents(database), new OldModelCalls(database)];
    const config = Object.assign(new RetentionConfig(), settings);
    return new RetentionSweep(config, events, calls, new OldChats(database, removal), removal, logger);
  }
  const sweep = (settings: Partial<RetentionConfig>): Promise<void> => sweepOf(settings).sweep();

  /** A chat with a message and so many events, last used so many days ago. */
  async function addChat(days: number, events = 3, change: Partial<ChatEntity> = {}): Promise<ChatEntity> {
    const chat = await chats.addChat();
    await chats.addTurn(chat, { status: 'completed' });
    const ref = { chatId: chat.id, userId: chat.userId };
    const drafts = Array.from({ length: events }, (_, index) => warning(null, `event ${index + 1}`));
    await chats.log.append(ref, { events: drafts }, 'refuse');
    await chats.database.write(update(ChatEntity, { id: chat.id }, { updatedAt: daysAgo(days), ...change }));
    return chat;
  }

  const eventsOf = ({ id: chatId }: ChatEntity): Promise<EventEntity[]> =>
    chats.database.read.find(EventEntity, { where: { chatId }, order: { seq: 'ASC' } });

  async function firstRead({ id: chatId, userId }: ChatEntity, after: number) {
    const stop = new AbortController();
    const follower = new EventFollower(chats.log, chats.feed);
    for await (const batch of follower.follow({ chatId, userId }, after, stop.signal)) {
      stop.abort();
      return batch.map(({ seq, type, data }) => ({ seq, type, data }));
    }
    return [];
  }

  it('is kept for ever unless it is said how long', async () => {
    const chat = await addChat(10_000, 3, { archived: true });
    await sweep({});
    expect(await eventsOf(chat)).toHaveLength(3);
    expect(await chats.database.read.count(ChatEntity)).toBe(1);
  });

  describe('of events', () => {
    it('goes with the chat last used so long ago, and every reader is told; messages stay', async () => {
      const [old, used] = [await addChat(31, 1200), await addChat(29)];
      await sweep({ eventsDays: 30 });
      expect(await eventsOf(used)).toHaveLength(3);
      expect(await eventsOf(old)).toMatchObject([{ seq: 1200, type: 'log.truncated', data: { upTo: 1200 } }]);
      for (const after of [0, 700]) {
        expect(await firstRead(old, after)).toEqual([{ seq: 1200, type: 'log.truncated', data: { upTo: 1200 } }]);
      }
      expect(await chats.database.read.countBy(MessageEntity, { chatId: old.id })).toBe(1);
    });

    it('leaves the numbers of a chat as they are: it goes on behind them', async () => {
      const chat = await addChat(31);
      await sweep({ eventsDays: 30 });
      const ref = { chatId: chat.id, userId: chat.userId };
      const [next] = await chats.log.append(ref, { events: [warning(null, 'new')] }, 'refuse');
      expect(next?.seq).toBe(4);
      expect((await firstRead(chat, 0)).map(({ seq }) => seq)).toEqual([3, 4]);
      expect((await firstRead(chat, 3)).map(({ seq }) => seq)).toEqual([4]);
    });

    it('stays while a turn waits or runs', async () => {
      const chat = await addChat(31);
      await chats.addTurn(chat, { status: 'queued' });
      await sweep({ eventsDays: 30 });
      expect(await eventsOf(chat)).toHaveLength(3);
    });

    it('goes step by step, each of which leaves a log that says where it begins', async () => {
      const chat = await addChat(31, 1200);
      const events = new OldEvents(chats.database);
      expect(await events.step(daysAgo(30))).toBe(499);
      const left = await eventsOf(chat);
      expect(left[0]).toMatchObject({ seq: 500, type: 'log.truncated', data: { upTo: 500 } });
      expect(left).toHaveLength(701);
      await chats.database.write(update(ChatEntity, { id: chat.id }, { updatedAt: daysAgo(0) }));
      expect(await events.step(daysAgo(30))).toBeUndefined();
      expect(await eventsOf(chat)).toHaveLength(701);
    });
  });

  describe('of model calls', () => {
    const call = (at: string, change: Partial<ModelCallEntity> = {}): ModelCallEntity => ({
      ...{ id: newId(), at, userId: USER_ID, chatId: null, threadId: null, keyId: null, endpoint: 'responses' },
      ...{
        backend: 'b',
        model: 'm',
        deployment: null,
        fallbackFrom: null,
        firstOutputMs: 1,
        durationMs: 2,
        retries: 0,
      },
      ...{ inputTokens: 100, cachedTokens: 10, outputTokens: 5, reasoningTokens: 1, costMicros: 7 },
      ...{ status: 'ok', errorCode: null },
      ...change,
    });

    it('goes, and what it has used stays in every sum', async () => {
      const chatId = newId();
      const old = daysAgo(40).slice(0, 14);
      const rows = [
        ...Array.from({ length: 1100 }, (_, index) => call(`${old}${10 + (index % 50)}:00.000Z`)),
        ...[call(`${old}30:00.000Z`, { chatId, keyId: 'key', status: 'failed', costMicros: null, backend: 'c' })],
        ...[call(daysAgo(39), { chatId }), call(daysAgo(1), { chatId })],
      ];
      for (let from = 0; from < rows.length; from += 500) {
        await chats.database.write(insert(ModelCallEntity, rows.slice(from, from + 500)));
      }
      const report = new UsageReport(chats.database);
      const filter = { from: daysAgo(60), to: daysAgo(-1) };
      const all = { limit: 500 };
      const read = async () => [
        await report.total(filter),
        await report.total({ ...filter, chatId }),
        await report.total({ ...filter, keyId: 'key' }),
        await report.grouped(filter, ['day', 'user', 'backend', 'model', 'chat', 'key'], all),
        await report.grouped(filter, ['day'], all, 'Europe/Berlin'),
        await report.grouped({ ...filter, backend: 'c', userId: USER_ID }, ['month', 'chat'], all, 'Asia/Tokyo'),
      ];
      const before = await read();
      expect(before[0]).toMatchObject({ calls: 1103, failedCalls: 1, unpricedCalls: 1, inputTokens: 110_300 });
      await sweep({ modelCallsDays: 30 });
      expect(await chats.database.read.count(ModelCallEntity)).toBe(1);
      expect(await read()).toEqual(before);
      await sweep({ modelCallsDays: 30 });
      expect(await read()).toEqual(before);
    });
  });

  describe('of archived chats', () => {
    it('goes with thread and workspace; others stay, however old', async () => {
      const old = await addChat(31, 1, { archived: true });
      const [recent, open] = [await addChat(29, 1, { archived: true }), await addChat(100, 1)];
      const counted = async (): Promise<number> =>
        (await retentionDeleted.get()).values.find(({ labels }) => labels.kind === 'archived_chats')?.value ?? 0;
      const before = await counted();
      await sweep({ archivedChatsDays: 30 });
      const left = await chats.database.read.find(ChatEntity, { order: { id: 'ASC' } });
      expect(left.map(({ id }) => id)).toEqual([recent.id, open.id]);
      expect(chats.agent.deleted.map(({ chatId }) => chatId)).toEqual([old.id]);
      expect((await counted()) - before).toBe(1);
      expect(await chats.database.read.count(ApprovalEntity)).toBe(0);
    });

    it('does not keep the rest from going when one cannot be deleted', async () => {
      await addChat(31, 1, { archived: true });
      chats.database.fault = new Error('disk full');
      await sweep({ archivedChatsDays: 30, eventsDays: 30 });
      chats.database.fault = undefined;
      await sweep({ archivedChatsDays: 30 });
      expect(await chats.database.read.count(ChatEntity)).toBe(0);
    });
  });

  describe('of what deleted chats have left', () => {
    it('is tried again at every sweep, and given up after its time', async () => {
      chats.agent.onDelete = () => Promise.reject(new Error('codex does not answer'));
      await removal.remove(await addChat(0));
      await sweep({ remainsDays: 30 });
      expect(await chats.database.read.count(RemovedChat)).toBe(1);
      await chats.database.write((tx) => tx.run('UPDATE removed_chats SET removed_at = $1', [daysAgo(31)]));
      await sweep({});
      expect(await chats.database.read.count(RemovedChat)).toBe(1);
      await sweep({ remainsDays: 30 });
      expect(await chats.database.read.count(RemovedChat)).toBe(0);
    });
  });

  it('is left to the next sweep when the service stops', async () => {
    const chat = await addChat(31, 5000);
    const stopped = sweepOf({ eventsDays: 30 });
    const swept = stopped.sweep();
    await stopped.beforeApplicationShutdown();
    await swept;
    expect((await eventsOf(chat)).length).toBeGreaterThan(1);
    await sweep({ eventsDays: 30 });
    expect(await eventsOf(chat)).toHaveLength(1);
  });
});
