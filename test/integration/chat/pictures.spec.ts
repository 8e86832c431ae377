import { BlobEntity } from '../../../src/storage/blob.entity';
import { BlobReference } from '../../../src/storage/blob-reference.entity';
import { BlobMissingError, BlobStoreUnavailableError } from '../../../src/storage/blob.errors';
import type { UserMessage } from '../../../src/app-server/agent/agent-message';
import { ChatEntity } from '../../../src/chat/entities/chat.entity';
import { EventEntity } from '../../../src/chat/entities/event.entity';
import { ContentPart, MessageEntity } from '../../../src/chat/entities/message.entity';
import { TurnEntity } from '../../../src/chat/entities/turn.entity';
import type { MessageIntake } from '../../../src/chat/message-intake';
import { PictureMigration } from '../../../src/chat/pictures/picture-migration';
import { toMessageDto } from '../../../src/chat/dto/message.dto';
import { insert } from '../../../src/database/rows';
import { ChatFixture } from '../../support/chat-fixture';
import { FakeThread } from '../../support/fake-agent';
import { eventually } from '../../support/eventually';
import { PIXEL } from '../../support/pixel';
import { newMessage, newTurn } from '../../support/stored-turn';

const USER = { id: 'ada', isAdmin: false };
const LOOK = { type: 'text', text: 'look' } as const;
const PICTURE = { type: 'image', url: PIXEL } as const;

/** A thread that keeps what its turns were begun with. */
class SeeingThread extends FakeThread {
  readonly given: UserMessage[] = [];

  override startTurn(start: { message: UserMessage }): Promise<string> {
    this.given.push(start.message);
    return super.startTurn(start);
  }
}

describe('the pictures of a chat', () => {
  let chats: ChatFixture;
  let intake: MessageIntake;
  let thread: SeeingThread;
  let chat: ChatEntity;

  beforeEach(async () => {
    chats = await ChatFixture.open();
    intake = chats.intakeOn(chats.scheduler);
    thread = new SeeingThread(chats.happened);
    chats.agent.onOpen = () => Promise.resolve(thread);
    chat = await chats.addChat('ada');
  });
  afterEach(async () => {
    jest.restoreAllMocks();
    await chats.scheduler.stop(0);
    await chats.close();
  });

  const send = (content: unknown = [LOOK, PICTURE]) => intake.accept(USER, chat.id, { content });
  const turnOf = (id: string): Promise<TurnEntity> => chats.database.read.findOneByOrFail(TurnEntity, { id });
  const ended = (id: string): Promise<unknown> =>
    eventually('the turn has ended', async () => (await turnOf(id)).endedAt !== null);
  const begun = (): Promise<unknown> => eventually('the turn has begun', () => thread.given.length > 0);
  const contentOf = async (id: string): Promise<ContentPart[]> =>
    (await chats.database.read.findOneByOrFail(MessageEntity, { id })).content;
  const count = async () => [
    await chats.database.read.count(MessageEntity),
    await chats.database.read.count(BlobReference),
    await chats.database.read.count(BlobEntity),
  ];
  const unavailable = () => Promise.reject(new BlobStoreUnavailableError(new Error('no bucket')));

  it('are in no row and no event, and read when the turn begins', async () => {
    const { messageId, turnId, events } = await send();
    const content = await contentOf(messageId);
    expect(content).toMatchObject([LOOK, { type: 'image', mediaType: 'image/png', size: 70, width: 1, height: 1 }]);
    const [, picture] = content;
    expect(picture).toMatchObject({ url: expect.stringMatching(/^\/api\/v1\/blobs\/[0-9a-f-]{36}$/) as string });
    expect(events[0]).toMatchObject({ type: 'message.created', data: { message: { content } } });
    expect(JSON.stringify([content, events])).not.toContain('base64');
    await chats.scheduler.open();
    await begun();
    expect(thread.given).toEqual([{ id: messageId, content: [LOOK, PICTURE] }]);
    thread.end('completed');
    await ended(turnId);
  });

  it('are stored before their message is accepted, and nothing is accepted when they cannot be', async () => {
    jest.spyOn(chats.store, 'put').mockImplementation(unavailable);
    await expect(send()).rejects.toMatchObject({ status: 503, code: 'blob_store_unavailable' });
    expect((await count()).slice(0, 2)).toEqual([0, 0]);
    expect([chats.queue.length, chats.happened]).toEqual([0, []]);
    expect(await send('only words')).toMatchObject({ turnId: expect.any(String) as string });
  });

  it('of a message that is refused are not stored', async () => {
    chats.agent.isFull = true;
    await expect(send()).rejects.toMatchObject({ code: 'pool_saturated' });
    expect(await count()).toEqual([0, 0, 0]);
  });

  it('are waited for when the store does not answer, and then given', async () => {
    const { turnId } = await send();
    const read = jest.spyOn(chats.store, 'read').mockImplementationOnce(unavailable);
    await chats.scheduler.open();
    await begun();
    expect(read).toHaveBeenCalledTimes(2);
    expect(thread.given[0]?.content).toEqual([LOOK, PICTURE]);
    thread.end('completed');
    await ended(turnId);
  });

  it('that are lost fail the turn, in words, before the agent has begun anything', async () => {
    const { turnId } = await send();
    jest.spyOn(chats.store, 'read').mockRejectedValue(new BlobMissingError('key'));
    await chats.scheduler.open();
    await ended(turnId);
    expect(await turnOf(turnId)).toMatchObject({ status: 'failed', errorCode: 'blob_missing', startedAt: null });
    expect(thread.given).toEqual([]);
    expect(chats.happened.filter((type) => type === 'turn.completed')).toHaveLength(1);
  });

  it('that are waited for hold no interrupt up', async () => {
    const { turnId } = await send();
    const read = jest.spyOn(chats.store, 'read').mockImplementation(unavailable);
    await chats.scheduler.open();
    await eventually('it is read', () => read.mock.calls.length > 0);
    chats.scheduler.current(chat.id)?.interrupt();
    await ended(turnId);
    expect(await turnOf(turnId)).toMatchObject({ status: 'interrupted', startedAt: null });
  });

  it('of a message that steers are in its row as blobs, and given to the agent at once', async () => {
    const steered: UserMessage[] = [];
    thread.onSteer = (message) => Promise.resolve(void steered.push(message));
    const { turnId } = await send('work');
    await chats.scheduler.open();
    await begun();
    thread.happen({ type: 'turnStarted' } as never);
    await eventually('it can be steered', async () => (await turnOf(turnId)).status === 'running');
    const { messageId } = await chats.controlOn(chats.scheduler).steer(USER, chat.id, [LOOK, PICTURE]);
    expect(steered).toEqual([{ id: messageId, content: [LOOK, PICTURE] }]);
    expect((await contentOf(messageId))[1]).toMatchObject({ blobId: expect.any(String) as string });
    thread.end('completed');
    await ended(turnId);
  });

  it('go with their chat', async () => {
    await send();
    await send();
    expect(await count()).toEqual([2, 2, 1]);
    await chats.removalOn(chats.scheduler).remove(chat);
    expect((await count()).slice(0, 2)).toEqual([0, 0]);
  });

  it('of earlier messages that are lost are a line in the history that a new thread is given', async () => {
    const turn = newTurn(chat.id, { userId: 'ada', status: 'completed', synced: true });
    const message = newMessage(turn, 'user', 'before');
    const { content, writes } = await chats.pictures.storeUrls(message, [LOOK, PICTURE]);
    await chats.database.write(insert(TurnEntity, turn));
    await chats.database.write(insert(MessageEntity, { ...message, content }));
    for (const write of writes) await chats.database.write(write);
    jest.spyOn(chats.store, 'read').mockRejectedValue(new BlobMissingError('key'));
    thread.isNew = true;
    const { turnId } = await send('and now');
    await chats.scheduler.open();
    await begun();
    expect(JSON.stringify(thread.history)).toContain('[A picture stood here; it is not available any more.]');
    thread.end('completed');
    await ended(turnId);
  });

  describe('of an older version, in the rows themselves,', () => {
    /** A message as version 0.1.0 has stored it, with its event. */
    async function old(seq: number, content: ContentPart[]): Promise<MessageEntity> {
      const turn = newTurn(chat.id, { userId: 'ada', status: 'completed' });
      const message = { ...newMessage(turn, 'user', ''), content, seq };
      await chats.database.write(insert(TurnEntity, turn));
      await chats.database.write(insert(MessageEntity, message));
      const data = { message: toMessageDto(message) };
      const event = {
        chatId: chat.id,
        seq,
        previousSeq: null,
        turnId: turn.id,
        type: 'message.created',
        at: message.createdAt,
        data,
      };
      await chats.database.write(insert(EventEntity, { ...event, userId: 'ada' }));
      return message;
    }
    const migration = () => new PictureMigration(chats.database, chats.pictures, chats.logger);
    const shown = async ({ id }: MessageEntity): Promise<unknown> =>
      (await chats.database.read.find(EventEntity))
        .map(({ data }) => (data as { message: MessageEntity }).message)
        .find((message) => message.id === id)?.content;

    it('become blobs, in the message and its event alike, once', async () => {
      const messages = [];
      for (let seq = 1; seq <= 23; seq++) messages.push(await old(seq, [LOOK, PICTURE]));
      const plain = await old(24, [{ type: 'text', text: 'says "data:image/png' }]);
      const broken = await old(25, [{ type: 'image', url: 'data:image/png;base64,AAAA' }]);
      expect(await migration().run()).toBe(23);
      for (const message of messages) {
        const content = await contentOf(message.id);
        expect(content).toMatchObject([
          LOOK,
          { blobId: expect.any(String) as string, mediaType: 'image/png', size: 70 },
        ]);
        expect(await shown(message)).toEqual(content);
      }
      expect([await contentOf(plain.id), await contentOf(broken.id)]).toEqual([plain.content, broken.content]);
      expect(await count()).toEqual([25, 23, 1]);
      expect(await migration().run()).toBe(0);
    });

    it('are given to the agent as they are until then', async () => {
      const message = await old(1, [LOOK, PICTURE]);
      const signal = new AbortController().signal;
      expect(await chats.pictures.load(message, signal)).toEqual({ id: message.id, content: [LOOK, PICTURE] });
    });

    it('stay whole when the store does not answer, and become blobs when it does', async () => {
      const message = await old(1, [PICTURE]);
      jest.spyOn(chats.store, 'put').mockImplementationOnce(unavailable);
      await expect(migration().run()).rejects.toMatchObject({ code: 'blob_store_unavailable' });
      expect(await contentOf(message.id)).toEqual([PICTURE]);
      expect(await migration().run()).toBe(1);
    });

    it('of a chat that is deleted meanwhile leave nothing behind', async () => {
      await old(1, [PICTURE]);
      const put = chats.blobs.put.bind(chats.blobs);
      jest.spyOn(chats.blobs, 'put').mockImplementationOnce(async (...call) => {
        const blob = await put(...call);
        await chats.database.write((tx) => tx.delete(ChatEntity, { id: chat.id }));
        return blob;
      });
      await migration().run();
      expect((await count()).slice(0, 2)).toEqual([0, 0]);
    });
  });
});
