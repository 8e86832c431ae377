import { ChatEntity } from '../../../src/chat/entities/chat.entity';
import { TurnEntity } from '../../../src/chat/entities/turn.entity';
import type { WaitingMessages } from '../../../src/chat/waiting-messages';
import { ChatFixture } from '../../support/chat-fixture';
import { eventually } from '../../support/eventually';

const USER = { id: 'default', isAdmin: false };

describe('a message that waits', () => {
  let chats: ChatFixture;
  let chat: ChatEntity;
  let waiting: WaitingMessages;
  let mayOpen: PromiseWithResolvers<void>;

  beforeEach(async () => {
    chats = await ChatFixture.open();
    chat = await chats.addChat();
    waiting = chats.waitingOn(chats.scheduler);
    mayOpen = Promise.withResolvers();
    const { agent } = chats;
    agent.onOpen = ({ signal }) =>
      Promise.race([
        mayOpen.promise.then(() => agent.thread),
        new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(new Error('stopped')))),
      ]);
    agent.thread.onInterrupt = () => Promise.resolve(agent.thread.end('interrupted'));
    await chats.scheduler.open();
  });
  afterEach(async () => {
    await chats.scheduler.stop(0);
    await chats.close();
  });

  const send = async (content: string): Promise<string> =>
    (await chats.intakeOn(chats.scheduler).accept(USER, chat.id, { content })).turnId;
  const turn = (id: string) => chats.database.read.findOneByOrFail(TurnEntity, { id });
  const shown = async () => (await waiting.list(USER, chat.id)).items.map(({ turnId, position }) => [turnId, position]);
  const ends = () => chats.happened.filter((type) => type === 'turn.completed').length;

  it('is listed in its order, and is no more once it is removed: its turn ends once and keeps no place', async () => {
    const [first, second, third] = [await send('one'), await send('two'), await send('three')];
    await eventually('the first is next', () => chats.agent.opened.length === 1);
    expect(await shown()).toEqual([first, second, third].map((id, position) => [id, position]));
    await waiting.remove(USER, chat.id, second);
    expect(await shown()).toEqual([
      [first, 0],
      [third, 1],
    ]);
    expect(await turn(second)).toMatchObject({ status: 'interrupted', errorCode: 'removed_from_queue', synced: true });
    expect([ends(), chats.queue.length]).toEqual([1, 2]);
  });

  it('for a slot of the pool is removed like others, and the next comes', async () => {
    const [first, second] = [await send('one'), await send('two')];
    await eventually('the first is next', () => chats.agent.opened.length === 1);
    await waiting.remove(USER, chat.id, first);
    await eventually('the second is next', () => chats.agent.opened.length === 2);
    expect([(await turn(first)).errorCode, (await turn(second)).status]).toEqual(['removed_from_queue', 'queued']);
    expect([ends(), chats.queue.length]).toEqual([1, 1]);
  });

  it('is removed once, by one of two clients', async () => {
    const [, second] = [await send('one'), await send('two')];
    const removals = [0, 1].map(() => waiting.remove(USER, chat.id, second));
    const settled = await Promise.allSettled(removals);
    expect(settled.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(settled.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { code: 'turn_not_queued' } });
    expect([ends(), chats.queue.length]).toEqual([1, 1]);
  });

  it('and is removed while its turn begins is either removed or run, and gives its place back once', async () => {
    const [first] = [await send('one'), await send('two')];
    await eventually('the first is next', () => chats.agent.opened.length === 1);
    mayOpen.resolve();
    const removed = await waiting.remove(USER, chat.id, first).then(
      () => true,
      (error: { code?: string }) => {
        expect(error.code).toBe('turn_not_queued');
        return false;
      },
    );
    if (removed) await eventually('the second runs', () => chats.happened.includes('agent starts'));
    const { status, errorCode } = await turn(first);
    expect([status, errorCode]).toEqual(removed ? ['interrupted', 'removed_from_queue'] : ['running', null]);
    expect(chats.queue.length).toBe(removed ? 0 : 1);
  });

  it('stays when it runs already, or is of somebody else', async () => {
    const first = await send('one');
    mayOpen.resolve();
    await eventually('it runs', () => chats.happened.includes('agent starts'));
    await expect(waiting.remove(USER, chat.id, first)).rejects.toMatchObject({ code: 'turn_not_queued' });
    const bob = { id: 'bob', isAdmin: false };
    await expect(waiting.remove(bob, chat.id, first)).rejects.toMatchObject({ code: 'chat_not_found' });
    await expect(waiting.list(bob, chat.id)).rejects.toMatchObject({ code: 'chat_not_found' });
  });
});
