import { DomainError } from '../../common/domain.error';
import { ChatConfig } from '../../config/chat.config';
import { PoolConfig } from '../../config/pool.config';
import { TurnQueue } from './turn-queue';

function queueOf(turnQueueSize: number, queueSize: number): TurnQueue {
  return new TurnQueue(
    Object.assign(new PoolConfig(), { turnQueueSize }),
    Object.assign(new ChatConfig(), { queueSize }),
  );
}

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
    queue.reserve('a');
    queue.reserve('b');
    expect(refusalOf(() => queue.reserve('c'))).toMatchObject({ status: 503, code: 'pool_saturated' });
    expect(refusalOf(() => queue.reserve('c'))?.retryAfterSeconds).toBeGreaterThan(0);
    expect(queue.length).toBe(2);
    queue.release('a');
    expect(() => queue.reserve('c')).not.toThrow();
  });

  it('refuses what is beyond the bound of one chat, and no other chat', () => {
    const queue = queueOf(10, 2);
    queue.reserve('a');
    queue.reserve('a');
    expect(refusalOf(() => queue.reserve('a'))).toMatchObject({ status: 503, code: 'chat_queue_full' });
    queue.reserve('b');
    expect([queue.waitingIn('a'), queue.waitingIn('b'), queue.length]).toEqual([2, 1, 3]);
  });

  it('takes back what was accepted before a restart, also beyond the bounds', () => {
    const queue = queueOf(1, 1);
    queue.restore('a');
    queue.restore('a');
    expect(queue.length).toBe(2);
  });

  it('is not confused by a place that is given back twice', () => {
    const queue = queueOf(10, 10);
    queue.reserve('a');
    queue.release('a');
    queue.release('a');
    expect([queue.waitingIn('a'), queue.length]).toEqual([0, 0]);
  });
});
