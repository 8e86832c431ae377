import { ChatEntity } from '../../../src/chat/entities/chat.entity';
import { MessageEntity } from '../../../src/chat/entities/message.entity';
import { TurnEntity } from '../../../src/chat/entities/turn.entity';
import type { AcceptedMessage, MessageIntake } from '../../../src/chat/message-intake';
import { ChatFixture } from '../../support/chat-fixture';

describe('a message', () => {
  let chats: ChatFixture;
  let intake: MessageIntake;

  beforeEach(async () => {
    chats = await ChatFixture.open();
    intake = chats.intakeOn(chats.scheduler);
  });
  afterEach(() => chats.close());

  const send = (userId: string, chatId: string, clientMessageId?: string): Promise<AcceptedMessage> =>
    intake.accept({ id: userId, isAdmin: false }, chatId, { content: 'hello', clientMessageId });
  const chatOf = async (userId: string): Promise<string> => (await chats.addChat(userId)).id;
  const rows = async () => [
    await chats.database.read.countBy(MessageEntity, {}),
    await chats.database.read.countBy(TurnEntity, {}),
    chats.queue.length,
  ];

  it('that comes several times at once under one clientMessageId is accepted once', async () => {
    const chatId = await chatOf('ada');
    const answers = await Promise.all(['x', 'x', 'x'].map((id) => send('ada', chatId, id)));
    const again = await send('ada', chatId, 'x');
    expect(new Set([...answers, again].map(({ messageId, turnId }) => `${messageId} ${turnId}`)).size).toBe(1);
    expect(await rows()).toEqual([1, 1, 1]);
    expect(chats.happened).toEqual(['message.created', 'turn.queued']);
  });

  it('is another one in another chat, though it has the clientMessageId of somebody else', async () => {
    const [hers, his] = [await chatOf('ada'), await chatOf('bob')];
    const [first, second] = [await send('ada', hers, 'x'), await send('bob', his, 'x')];
    expect(second.messageId).not.toBe(first.messageId);
    expect(await rows()).toEqual([2, 2, 2]);
  });

  it('to the chat of another user is not accepted', async () => {
    const chatId = await chatOf('ada');
    await expect(send('bob', chatId)).rejects.toMatchObject({ code: 'chat_not_found' });
    expect(await rows()).toEqual([0, 0, 0]);
  });

  it('is refused, and leaves nothing, while as many sessions as there may be are at work', async () => {
    const chatId = await chatOf('ada');
    chats.agent.isFull = true;
    await expect(send('ada', chatId)).rejects.toMatchObject({ status: 503, code: 'pool_saturated' });
    expect(await rows()).toEqual([0, 0, 0]);
  });

  it('to a chat that is deleted meanwhile is refused as one to a chat that is not there, and leaves nothing', async () => {
    const chatId = await chatOf('ada');
    const deleted = chats.database.write((tx) => tx.delete(ChatEntity, { id: chatId }));
    // Found before the deletion is committed.
    await expect(send('ada', chatId)).rejects.toMatchObject({ code: 'chat_not_found' });
    await deleted;
    expect(await rows()).toEqual([0, 0, 0]);
    expect(chats.happened).toEqual([]);
  });
});
