import type { UserMessage } from '../../../src/app-server/agent/agent-message';
import type { AgentTurn } from '../../../src/app-server/agent/agent-turn';
import { ChatEntity } from '../../../src/chat/entities/chat.entity';
import { MessageEntity } from '../../../src/chat/entities/message.entity';
import { TurnEntity } from '../../../src/chat/entities/turn.entity';
import { EventFeed } from '../../../src/chat/event-log/event-feed';
import { EventLog } from '../../../src/chat/event-log/event-log';
import { PublishedText } from '../../../src/chat/event-log/published-text';
import { compactTurn } from '../../../src/chat/event-log/turn-compaction';
import { TurnReconciler } from '../../../src/chat/turns/turn-reconciler';
import { UnfinishedRows } from '../../../src/chat/turns/unfinished-rows';
import { newId } from '../../../src/common/ids';
import { Database } from '../../../src/database/database';
import { insert, update } from '../../../src/database/rows';
import { StorageUnavailableError } from '../../../src/database/storage-fault';
import { ChatFixture } from '../../support/chat-fixture';
import { recordOf } from '../../support/fake-agent';
import { newMessage } from '../../support/stored-turn';

describe('a turn that ran when the service died', () => {
  let chats: ChatFixture;
  let database: Database;
  let turn: TurnEntity;
  let question: MessageEntity;

  /** A chat with a thread, and a turn that runs in it. */
  const running = async () => {
    const { id } = await chats.addChat();
    await database.write(update(ChatEntity, { id }, { codexThreadId: `thread of ${id}` }));
    return chats.addTurn(await database.read.findOneByOrFail(ChatEntity, { id }), { status: 'running' });
  };
  beforeEach(async () => {
    chats = await ChatFixture.open();
    ({ database } = chats);
    ({ turn, message: question } = await running());
  });
  afterEach(() => chats.close());

  /** @param lastTurn the agent's record of the thread's last turn */
  const reconcile = (lastTurn: () => Promise<AgentTurn | null>, isStopping = () => false): Promise<number> => {
    chats.agent.onLastTurn = lastTurn;
    const rows = new UnfinishedRows(database, new PublishedText(database), chats.pictures);
    return new TurnReconciler(database, chats.log, chats.threads, rows, chats.logger).reconcile(isStopping);
  };
  const answerTo =
    (messageId: string, status: AgentTurn['status'], more: readonly UserMessage[] = []) =>
    () =>
      Promise.resolve(
        recordOf(status, { userMessages: [{ id: messageId, content: [] }, ...more], texts: ['the answer'] }),
      );
  const outcome = async () => {
    const { status, errorCode } = await database.read.findOneByOrFail(TurnEntity, { id: turn.id });
    return [status, errorCode, await database.read.countBy(MessageEntity, { role: 'assistant' })];
  };

  it('ends as codex ended it, with its answer', async () => {
    expect(await reconcile(answerTo(question.id, 'completed'))).toBe(1);
    expect(await outcome()).toEqual(['completed', null, 1]);
  });

  it('keeps what it had thought in one piece, and what it had thought to an end as it was', async () => {
    const { id: turnId, chatId, userId } = turn;
    const thought = (itemId: string, delta: string) =>
      ({ type: 'reasoning.delta', turnId, data: { itemId, delta } }) as const;
    const whole = (itemId: string, text: string) =>
      ({ type: 'reasoning.completed', turnId, data: { itemId, text, superseded: false } }) as const;
    const events = [thought('a', 'first '), whole('a', 'first thought'), thought('b', 'cut '), thought('b', 'off')];
    await chats.log.append({ chatId, userId }, { events }, 'retry');
    await reconcile(() => Promise.resolve(null));
    const log = await chats.log.read(chatId, 0, 100);
    const ends = log.filter(({ type }) => type === 'reasoning.completed');
    expect(ends).toMatchObject([whole('a', 'first thought'), whole('b', 'cut off')]);
    const [end] = log.filter(({ type }) => type === 'turn.completed');
    expect(end?.seq).toBeGreaterThan(ends[1]?.seq ?? NaN);
    await compactTurn(database, await database.read.findOneByOrFail(TurnEntity, { id: turnId }), () =>
      Promise.resolve(),
    );
    const kept = await chats.log.read(chatId, 0, 100);
    expect(kept.filter(({ type }) => type === 'reasoning.delta')).toEqual([]);
    expect(kept.filter(({ type }) => type === 'reasoning.completed')).toEqual(
      ends.map(() => expect.anything() as object),
    );
  });

  it.each([
    ['codex has completed another message last', answerTo('an earlier message', 'completed')],
    // The message has its id only once the test runs.
    ['codex did not complete it', () => answerTo(question.id, 'interrupted')()],
    ['codex knows nothing of it', () => Promise.resolve(null)],
    ['codex does not answer', () => Promise.reject(new Error('no answer'))],
  ])('ends as interrupted, without the answer of another one: %s', async (_, lastTurn) => {
    expect(await reconcile(lastTurn)).toBe(1);
    expect(await outcome()).toEqual(['interrupted', 'service_restarted', 0]);
  });

  it('ends as codex ended it, also when it was steered', async () => {
    await database.write(insert(MessageEntity, newMessage(turn, 'user', 'to the left')));
    expect(await reconcile(answerTo(question.id, 'completed'))).toBe(1);
    expect(await outcome()).toEqual(['completed', null, 1]);
  });

  it('keeps no other from its end when its chat is deleted meanwhile', async () => {
    const { turn: other } = await running();
    const deleting = async (): Promise<null> => {
      await database.write((tx) => tx.delete(ChatEntity, { id: turn.chatId }));
      return null;
    };
    expect(await reconcile(deleting)).toBe(1);
    expect(await database.read.find(TurnEntity)).toMatchObject([{ id: other.id, status: 'interrupted' }]);
  });

  it('ends once the database can be written again', async () => {
    const write = jest.spyOn(database, 'write');
    for (let times = 0; times < 2; times += 1)
      write.mockRejectedValueOnce(new StorageUnavailableError(new Error('full')));
    expect(await reconcile(answerTo(question.id, 'completed'))).toBe(1);
    expect(await outcome()).toEqual(['completed', null, 1]);
  });

  it.each(['completed', 'interrupted'] as const)(
    'keeps what codex was sent besides and was not stored yet: %s',
    async (status) => {
      const [id, content] = [newId(), [{ type: 'text', text: 'now turn left' } as const]];
      await reconcile(answerTo(question.id, status, [{ id, content }]));
      const asked = await database.read.find(MessageEntity, { where: { role: 'user' }, order: { id: 'ASC' } });
      expect(asked.map((message) => message.id)).toEqual([question.id, id]);
      expect(asked[1]).toMatchObject({ turnId: turn.id, content, status: 'final' });
      const events = await new EventLog(database, new EventFeed()).read(turn.chatId, 0, 10);
      expect(events.map(({ type }) => type).slice(0, 1)).toEqual(['message.created']);
    },
  );

  describe('was given a message that waited', () => {
    let waiting: { turn: TurnEntity; message: MessageEntity };
    const taken: string[] = [];
    const restart = async (sent: boolean): Promise<void> => {
      taken.length = 0;
      const more = sent ? [{ id: waiting.message.id, content: [] }] : [];
      chats.agent.onLastTurn = answerTo(question.id, 'completed', more);
      const rows = new UnfinishedRows(database, new PublishedText(database), chats.pictures);
      await new TurnReconciler(database, chats.log, chats.threads, rows, chats.logger).reconcile(
        () => false,
        (_, turnIds) => taken.push(...turnIds),
      );
    };
    const found = async () => {
      const { status, errorCode } = await database.read.findOneByOrFail(TurnEntity, { id: waiting.turn.id });
      const { turnId } = await database.read.findOneByOrFail(MessageEntity, { id: waiting.message.id });
      return [status, errorCode, turnId === turn.id];
    };
    const GIVEN = ['interrupted', 'sent_to_running_turn', true];
    beforeEach(async () => {
      const chat = await database.read.findOneByOrFail(ChatEntity, { id: turn.chatId });
      waiting = await chats.addTurn(chat, { ordinal: 2 }, 'sent now');
    });

    it('and runs no turn with it again', async () => {
      await restart(true);
      expect([await found(), taken]).toEqual([GIVEN, [waiting.turn.id]]);
    });

    it('and runs no turn with it again where the turn that was given it had ended before', async () => {
      const change = { status: 'completed', startedAt: turn.createdAt, endedAt: '2999-01-01T00:00:00.000Z' } as const;
      await database.write(update(TurnEntity, { id: turn.id }, change));
      await restart(true);
      expect([await found(), taken]).toEqual([GIVEN, [waiting.turn.id]]);
      await restart(true);
      expect([await found(), taken]).toEqual([GIVEN, []]);
    });

    it.each(['running', 'completed'] as const)('but not where codex does not have it: %s', async (status) => {
      const endedAt = status === 'running' ? null : '2999-01-01T00:00:00.000Z';
      await database.write(update(TurnEntity, { id: turn.id }, { status, startedAt: turn.createdAt, endedAt }));
      await restart(false);
      expect([await found(), taken]).toEqual([['queued', null, false], []]);
    });
  });

  it('is left to the next start when this one is stopped before codex could be asked', async () => {
    let isStopping = false;
    const unasked = (): Promise<never> => {
      isStopping = true;
      return Promise.reject(new Error('the pool stops'));
    };
    expect(await reconcile(unasked, () => isStopping)).toBe(0);
    expect(await outcome()).toEqual(['running', null, 0]);
  });
});
