import { In } from 'typeorm';
import { ChatEntity } from '../../../src/chat/entities/chat.entity';
import { TurnEntity } from '../../../src/chat/entities/turn.entity';
import { TurnScheduler } from '../../../src/chat/turns/turn-scheduler';
import { Database } from '../../../src/database/database';
import { update } from '../../../src/database/rows';
import { StorageUnavailableError } from '../../../src/database/storage-fault';
import { ChatFixture } from '../../support/chat-fixture';
import { eventually } from '../../support/eventually';
import { USER_ID } from '../../support/stored-chat';

const FULL = new StorageUnavailableError(new Error('disk full'));

describe('the turns that wait in a chat', () => {
  let chats: ChatFixture;
  let scheduler: TurnScheduler;
  let chat: ChatEntity;
  let mayEnd: PromiseWithResolvers<void>;

  beforeEach(async () => {
    chats = await ChatFixture.open();
    chat = await chats.addChat();
    ({ scheduler } = chats);
    mayEnd = Promise.withResolvers();
    // Each turn fails when it may, or is interrupted.
    chats.agent.onOpen = async ({ signal }) => {
      await Promise.race([mayEnd.promise, new Promise((resolve) => signal.addEventListener('abort', resolve))]);
      throw new Error('this turn ends here');
    };
  });
  afterEach(async () => {
    chats.database.fault = undefined;
    await scheduler.stop(0);
    await chats.close();
  });

  const begun = () => chats.agent.opened.length;
  const send = () => chats.intakeOn(scheduler).accept({ id: USER_ID, isAdmin: false }, chat.id, { content: 'hello' });
  const sendThree = async () => {
    for (let sent = 0; sent < 3; sent += 1) await send();
  };
  const remove = (from?: Database) => chats.removalOn(scheduler, from).remove(chat);
  /** The database, with another `write`. */
  const writingBy = (write: Database['write']) =>
    Object.create(chats.database, { write: { value: write } }) as Database;
  const removeInVain = () => remove(writingBy(() => Promise.reject(FULL)));
  /** A scheduler before whose reads of the database `before` happens. */
  const schedulerAfter = (before: () => Promise<unknown> | undefined): TurnScheduler => {
    const read = new Proxy(chats.database.read, {
      get: (manager, name) => {
        const value: unknown = Reflect.get(manager, name);
        if (name !== 'find' && name !== 'findOne') return value;
        return async (...args: unknown[]): Promise<unknown> => {
          await before();
          return (value as (...all: unknown[]) => unknown).apply(manager, args);
        };
      },
    });
    return chats.schedulerOn(Object.create(chats.database, { read: { value: read } }) as Database);
  };
  /** The turns that have ended, in this order. */
  const ended = async (): Promise<(string | null)[]> => {
    const events = await chats.log.read(chat.id, 0, 100);
    return events.filter(({ type }) => type === 'turn.completed').map(({ turnId }) => turnId);
  };
  const allEnded = () =>
    eventually(
      'every turn ends',
      async () => (await chats.database.read.countBy(TurnEntity, { status: In(['failed', 'interrupted']) })) === 3,
    );

  it('leave the queue with their chat when it is deleted', async () => {
    await scheduler.open();
    await sendThree();
    await remove();
    expect(chats.queue.length).toBe(0);
    expect(scheduler.runningTurns).toBe(0);
  });

  it('take the thread along that their chat has got while it was being deleted', async () => {
    await scheduler.open();
    await send();
    await eventually('the turn begins', () => begun() === 1);
    const removed = remove();
    const change = update(ChatEntity, { id: chat.id }, { codexThreadId: 'of its first turn' });
    await chats.database.write(change, { lane: chat.id });
    await removed;
    expect(chats.agent.deleted).toEqual([{ chatId: chat.id, threadIds: ['of its first turn'] }]);
  });

  it('run when their chat could not be deleted', async () => {
    await sendThree();
    await scheduler.open();
    mayEnd.resolve();
    await expect(removeInVain()).rejects.toBe(FULL);
    await allEnded();
    expect(chats.queue.length).toBe(0);
  });

  it('do not run while their chat is being deleted by another, too, which may yet succeed', async () => {
    await sendThree();
    await scheduler.open();
    const mayWrite = Promise.withResolvers<void>();
    const removed = remove(writingBy((write) => mayWrite.promise.then(() => chats.database.write(write))));
    await expect(removeInVain()).rejects.toBe(FULL);
    expect(scheduler.current(chat.id)).toBeUndefined();
    const before = begun();
    await send();
    expect(begun()).toBe(before);
    mayWrite.resolve();
    await removed;
    expect([begun(), chats.queue.length]).toEqual([before, 0]);
  });

  it('keep their places while their chat is closed', async () => {
    await sendThree();
    await scheduler.open();
    await scheduler.close(chat.id);
    expect([begun(), chats.queue.length]).toEqual([0, 3]);
    scheduler.reopen({ chatId: chat.id, userId: USER_ID });
    mayEnd.resolve();
    await allEnded();
    expect(chats.queue.length).toBe(0);
  });

  it('end with their chat when it is deleted, and so do its streams', async () => {
    await scheduler.open();
    await sendThree();
    const onClosed = jest.fn();
    chats.feed.subscribe(chat.id, { onEvents: () => undefined, onClosed });
    await eventually('one has begun', () => begun() === 1);
    await remove();
    expect(scheduler.current(chat.id)).toBeUndefined();
    expect(onClosed).toHaveBeenCalledTimes(1);
    expect(chats.log.publishedSeq(chat.id)).toBeUndefined();
  });

  it('do not count when their message could not be stored', async () => {
    chats.database.fault = FULL;
    await expect(send()).rejects.toBe(FULL);
    expect(chats.queue.length).toBe(0);
  });

  it('run in their order when a message comes before those are found that waited', async () => {
    const found = Promise.withResolvers<void>();
    const { turnId: first } = await send();
    scheduler = schedulerAfter(() => found.promise);
    const opened = scheduler.open();
    const { turnId: second } = await send();
    found.resolve();
    await opened;
    mayEnd.resolve();
    await eventually('both have ended', async () => (await ended()).length === 2);
    expect(await ended()).toEqual([first, second]);
  });

  it('run when the database could not be read at first', async () => {
    let faults = 1;
    scheduler = schedulerAfter(() => (faults-- > 0 ? Promise.reject(new Error('locked')) : undefined));
    await send();
    faults = 0;
    await scheduler.open();
    faults = 1;
    mayEnd.resolve();
    await eventually('the turn begins', () => begun() === 1);
    expect(faults).toBeLessThan(1);
  });

  it('run when it could not be read at first what the agent may not know of their chat', async () => {
    const read = jest.spyOn(chats.threads, 'unsyncedBefore').mockRejectedValueOnce(new Error('locked'));
    await scheduler.open();
    mayEnd.resolve();
    await send();
    await eventually('the turn begins', () => begun() === 1);
    expect(read).toHaveBeenCalledTimes(2);
  });

  it('run with their chat as it is then, not as it was when their message came', async () => {
    await scheduler.open();
    const release = chats.database.hold();
    const sent = send();
    const changed = chats.database.write(update(ChatEntity, { id: chat.id }, { codexThreadId: 'of an earlier turn' }));
    release();
    await Promise.all([sent, changed]);
    await eventually('the turn begins', () => begun() === 1);
    expect(chats.agent.opened[0]?.threadId).toBe('of an earlier turn');
  });
});
