import { DomainError } from '../../common/domain.error';
import { FakeAgent } from '../../../test/support/fake-agent';
import { slotsRefused } from '../../app-server/pool/pool-metrics';
import type { Tenant } from '../../app-server/agent/agent-pool';
import { ChatConfig } from '../../config/chat.config';
import { PoolConfig } from '../../config/pool.config';
import { TurnQueue } from './turn-queue';

function queueOf(
  turnQueueSize: number,
  queueSize: number,
  admits: (userId: string) => boolean = () => true,
  storage = { isLow: false },
): TurnQueue {
  return new TurnQueue(
    Object.assign(new PoolConfig(), { turnQueueSize }),
    Object.assign(new ChatConfig(), { queueSize }),
    Object.assign(new FakeAgent(), { admits: ({ userId }: Tenant) => admits(userId) }),
    storage,
  );
}

const of = (chatId: string, userId = 'ann') => ({ chatId, userId });

function refusalOf(work: () => void): DomainError | undefined {
  try {
    work();
  } catch (error) {
    if (error instanceof DomainError) return error;
    throw error;
  }
  return undefined;
}

describe('TurnQueue', () => {
  it('takes nothing while the disk is nearly full, and says so with a time to come back', () => {
    const storage = { isLow: true };
    const queue = queueOf(2, 10, undefined, storage);
    expect(refusalOf(() => queue.reserve(of('a')))).toMatchObject({ status: 503, code: 'storage_low' });
    expect(queue.length).toBe(0);
    storage.isLow = false;
    expect(queue.reserve(of('a'))).toBe(0);
  });

  it('refuses what is beyond the bound over all chats, with a time to come back', () => {
    const queue = queueOf(2, 10);
    queue.reserve(of('a'));
    queue.reserve(of('b'));
    expect(refusalOf(() => queue.reserve(of('c')))).toMatchObject({ status: 503, code: 'pool_saturated' });
    expect(refusalOf(() => queue.reserve(of('c')))?.retryAfterSeconds).toBeGreaterThan(0);
    expect(queue.length).toBe(2);
    queue.release(of('a'));
    expect(() => queue.reserve(of('c'))).not.toThrow();
  });

  it('has room for a user without a share of it when another has filled it, and for nobody beyond a share', () => {
    const queue = queueOf(4, 10);
    for (const chat of ['a', 'b', 'c', 'd']) queue.reserve(of(chat, 'ann'));
    queue.reserve(of('e', 'bob'));
    queue.reserve(of('f', 'bob'));
    queue.reserve(of('g', 'eve'));
    for (const user of ['ann', 'bob', 'eve']) {
      expect(refusalOf(() => queue.reserve(of('h', user)))).toMatchObject({ code: 'pool_saturated' });
    }
    expect(queue.length).toBe(7);
    for (const chat of ['a', 'b', 'c', 'd']) queue.release(of(chat, 'ann'));
    queue.reserve(of('a', 'ann'));
    expect(queue.length).toBe(4);
    expect(() => queue.reserve(of('g', 'eve'))).toThrow();
  });

  it('refuses a user for whom no process can be opened, and nobody else', () => {
    const queue = queueOf(10, 10, (userId) => userId !== 'bob');
    expect(refusalOf(() => queue.reserve(of('a', 'bob')))).toMatchObject({ code: 'pool_saturated' });
    expect(() => queue.reserve(of('b', 'ann'))).not.toThrow();
    expect(queue.length).toBe(1);
  });

  it('says how many turns of its chat come before it', () => {
    const queue = queueOf(10, 10);
    expect(['a', 'a', 'b', 'a'].map((chat) => queue.reserve(of(chat)))).toEqual([0, 1, 0, 2]);
  });

  it('counts a refusal because too many wait among those of the pool', async () => {
    const refusals = async () =>
      (await slotsRefused.get()).values.find(({ labels }) => labels.reason === 'saturated')?.value ?? 0;
    const before = await refusals();
    const queue = queueOf(1, 10);
    queue.reserve(of('a'));
    expect(refusalOf(() => queue.reserve(of('b')))).toMatchObject({ code: 'pool_saturated' });
    expect(await refusals()).toBe(before + 1);
  });

  it('refuses what is beyond the bound of one chat, and no other chat', () => {
    const queue = queueOf(10, 2);
    queue.reserve(of('a'));
    queue.reserve(of('a'));
    expect(refusalOf(() => queue.reserve(of('a')))).toMatchObject({ status: 503, code: 'chat_queue_full' });
    queue.reserve(of('b'));
    expect([queue.waitingIn('a'), queue.waitingIn('b'), queue.length]).toEqual([2, 1, 3]);
  });

  it('takes back what was accepted before a restart, also beyond the bounds', () => {
    const queue = queueOf(1, 1);
    queue.restore(of('a'));
    queue.restore(of('a'));
    expect(queue.length).toBe(2);
  });

  it('is not confused by a place that is given back twice', () => {
    const queue = queueOf(10, 10);
    queue.reserve(of('a'));
    queue.release(of('a'));
    queue.release(of('a'));
    expect([queue.waitingIn('a'), queue.length]).toEqual([0, 0]);
  });
});
