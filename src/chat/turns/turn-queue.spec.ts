import { FakeAgent } from '../../../test/support/fake-agent';
import { DomainError } from '../../common/domain.error';
import { ChatConfig } from '../../config/chat.config';
import { PoolConfig } from '../../config/pool.config';
import { TurnQueue } from './turn-queue';

const agents = new FakeAgent();

function queueOf(turnQueueSize: number, queueSize: number): TurnQueue {
  return new TurnQueue(
    Object.assign(new PoolConfig(), { turnQueueSize }),
    Object.assign(new ChatConfig(), { queueSize }),
    agents,
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

  it('says how many turns of its chat come before it', () => {
    const queue = queueOf(10, 10);
    expect(['a', 'a', 'b', 'a'].map((chat) => queue.reserve(of(chat)))).toEqual([0, 1, 0, 2]);
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
