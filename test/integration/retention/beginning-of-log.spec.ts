import { setTimeout as sleep } from 'node:timers/promises';
import { ChatEntity } from '../../../src/chat/entities/chat.entity';
import { EventEntity } from '../../../src/chat/entities/event.entity';
import { NO_USAGE } from '../../../src/chat/entities/token-usage.dto';
import { type EventDraft, warning } from '../../../src/chat/event-log/chat-event';
import { compactTurn } from '../../../src/chat/event-log/turn-compaction';
import { COMPLETED, turnEnded } from '../../../src/chat/turns/turn-state';
import { newId } from '../../../src/common/ids';
import { OldEvents } from '../../../src/retention/old-events';
import { ChatFixture } from '../../support/chat-fixture';
import { upTo } from '../../support/event-record';

const LONG_AGO = '2020-01-01T00:00:00.000Z';
const BEFORE = '2025-01-01T00:00:00.000Z';

describe('the beginning of a log whose older events go by age', () => {
  let chats: ChatFixture;
  let chat: ChatEntity;

  beforeEach(async () => {
    chats = await ChatFixture.open();
    chat = await chats.addChat();
  });
  afterEach(() => chats.close());

  const append = (...events: EventDraft[]) =>
    chats.log.append({ chatId: chat.id, userId: chat.userId }, { events }, 'retry');
  const becomesOld = () =>
    chats.database.write((tx) => tx.update(ChatEntity, { id: chat.id }, { updatedAt: LONG_AGO }));
  const goByAge = () => new OldEvents(chats.database).step(BEFORE);
  const read = () => chats.log.read(chat.id, 0, 10_000);

  it('stays when a turn is compacted at the same time', async () => {
    await append(...upTo(350).map(() => warning(null, 'before')));
    const { turn } = await chats.addTurn(chat);
    const messageId = newId();
    const message = {
      id: messageId,
      chatId: chat.id,
      turnId: turn.id,
      role: 'assistant',
      content: [],
      status: 'final',
    };
    const whole = { type: 'message.completed', turnId: turn.id, data: { message } } as unknown as EventDraft;
    await append(
      ...upTo(400).map((): EventDraft => ({ type: 'message.delta', turnId: turn.id, data: { messageId, delta: 'a' } })),
    );
    await append(whole);
    await chats.log.append(
      { chatId: chat.id, userId: chat.userId },
      turnEnded(turn, COMPLETED, { usage: NO_USAGE }),
      'retry',
    );
    await becomesOld();
    let steps = 0;
    await compactTurn(chats.database, turn, async () => {
      steps += 1;
      // All pages were looked at, and the first is about to be taken out: the log begins in its middle from now on.
      if (steps === 3) await goByAge();
    });
    const log = await read();
    expect(log.map(({ type }) => type)).toEqual(['log.truncated', 'message.completed', 'turn.completed']);
    expect(log).toMatchObject([{ seq: 500, previousSeq: 0 }, { previousSeq: 500 }, {}]);
  });

  it('is said although the event in whose place it stands is taken out by a compaction in that moment', async () => {
    await append(...upTo(1200).map(() => warning(null, 'event')));
    await becomesOld();
    const isAsked = Promise.withResolvers<void>();
    const compacted = chats.database.write(
      async (tx) => {
        await isAsked.promise;
        await tx.delete(EventEntity, { chatId: chat.id, seq: 500 });
        await tx.update(EventEntity, { chatId: chat.id, seq: 501 }, { previousSeq: 499 });
      },
      { lane: chat.id },
    );
    const step = goByAge();
    await sleep(50);
    isAsked.resolve();
    await compacted;
    expect(await step).toBe(499);
    expect((await read())[0]).toMatchObject({ seq: 501, type: 'log.truncated', previousSeq: 0 });
  });
});
