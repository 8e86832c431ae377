import type { AppServerPool } from '../../../src/app-server/pool/app-server-pool';
import { AgentPolicies } from '../../../src/chat/agent-policies';
import { ChatDirectory } from '../../../src/chat/chat-directory';
import { ChatEntity } from '../../../src/chat/entities/chat.entity';
import { MessageEntity } from '../../../src/chat/entities/message.entity';
import { TurnEntity } from '../../../src/chat/entities/turn.entity';
import { EventFeed } from '../../../src/chat/event-log/event-feed';
import { EventLog } from '../../../src/chat/event-log/event-log';
import { AcceptedMessage, MessageIntake } from '../../../src/chat/message-intake';
import { TurnIntake } from '../../../src/chat/turns/turn-intake';
import { TurnQueue } from '../../../src/chat/turns/turn-queue';
import type { TurnScheduler } from '../../../src/chat/turns/turn-scheduler';
import { ChatConfig } from '../../../src/config/chat.config';
import { PoolConfig } from '../../../src/config/pool.config';
import { Database } from '../../../src/database/database';
import type { BackendRegistry } from '../../../src/gateway/catalog/backend-registry';
import { closeDatabase, openDatabase } from '../../support/open-database';
import { addChat } from '../../support/stored-chat';

describe('a message', () => {
  let database: Database;
  let queue: TurnQueue;
  let intake: MessageIntake;
  let woken: number;

  beforeEach(async () => {
    database = await openDatabase();
    woken = 0;
    const log = new EventLog(database, new EventFeed());
    const scheduler = { current: () => undefined, wake: () => (woken += 1) } as unknown as TurnScheduler;
    const pool = { admits: () => true } as unknown as AppServerPool;
    const backends = { find: () => ({}) } as unknown as BackendRegistry;
    queue = new TurnQueue(new PoolConfig(), new ChatConfig());
    const turns = new TurnIntake(queue, log, scheduler, pool);
    const policies = new AgentPolicies(new ChatConfig(), new PoolConfig());
    intake = new MessageIntake(database, backends, new ChatDirectory(database, log, policies), turns);
  });
  afterEach(() => closeDatabase(database));

  const send = (userId: string, chatId: string, clientMessageId?: string): Promise<AcceptedMessage> =>
    intake.accept({ id: userId, isAdmin: false }, chatId, { content: 'hello', clientMessageId });
  const rows = async () => [
    await database.read.countBy(MessageEntity, {}),
    await database.read.countBy(TurnEntity, {}),
    queue.length,
  ];

  it('that comes several times at once under one clientMessageId is accepted once', async () => {
    const chatId = await addChat(database, 'ada');
    const answers = await Promise.all(['x', 'x', 'x'].map((id) => send('ada', chatId, id)));
    const again = await send('ada', chatId, 'x');
    expect(new Set([...answers, again].map(({ messageId, turnId }) => `${messageId} ${turnId}`)).size).toBe(1);
    expect([await rows(), woken]).toEqual([[1, 1, 1], 1]);
  });

  it('is another one in another chat, though it has the clientMessageId of somebody else', async () => {
    const [hers, his] = [await addChat(database, 'ada'), await addChat(database, 'bob')];
    const [first, second] = [await send('ada', hers, 'x'), await send('bob', his, 'x')];
    expect(second.messageId).not.toBe(first.messageId);
    expect(await rows()).toEqual([2, 2, 2]);
  });

  it('to the chat of another user is not accepted', async () => {
    const chatId = await addChat(database, 'ada');
    await expect(send('bob', chatId)).rejects.toMatchObject({ code: 'chat_not_found' });
    expect(await rows()).toEqual([0, 0, 0]);
  });

  it('to a chat that is deleted meanwhile is refused as one to a chat that is not there, and leaves nothing', async () => {
    const chatId = await addChat(database, 'ada');
    const deleted = database.write((tx) => tx.delete(ChatEntity, { id: chatId }));
    // Found before the deletion is committed.
    await expect(send('ada', chatId)).rejects.toMatchObject({ code: 'chat_not_found' });
    await deleted;
    expect([await rows(), woken]).toEqual([[0, 0, 0], 0]);
  });
});
