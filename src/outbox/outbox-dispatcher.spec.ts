import type { ComponentLogger } from '../common/logger';
import { type Due, OutboxDispatcher, type OutboxQueue } from './outbox-dispatcher';

/** As the tables of outboxes are read: so many at once, the oldest first. */
const DUE_AT_ONCE = 50;

class MemoryQueue implements OutboxQueue<Due> {
  private readonly rows: Due[] = [];

  add(ownerId: string, target: string, count: number): void {
    for (let n = 0; n < count; n++) {
      const id = `${ownerId}/${target}/${n}`;
      this.rows.push({ id, targetId: `${ownerId}/${target}`, ownerId, dueAt: '', concurrency: 10 });
    }
  }

  due(busy: readonly string[]): Promise<readonly Due[]> {
    return Promise.resolve(this.rows.filter(({ targetId }) => !busy.includes(targetId)).slice(0, DUE_AT_ONCE));
  }

  claim(due: Due): Promise<Due> {
    this.rows.splice(this.rows.indexOf(due), 1);
    return Promise.resolve(due);
  }

  giveBack(): Promise<void> {
    return Promise.resolve();
  }

  pending(): Promise<number> {
    return Promise.resolve(this.rows.length);
  }
}

describe('targets of one owner that do not answer', () => {
  const queue = new MemoryQueue();
  const begun: string[] = [];
  const terms = {
    callsMax: 20,
    attempt: ({ id, ownerId }: Due, stopped: AbortSignal): Promise<void> => {
      begun.push(id);
      if (ownerId === 'healthy') return Promise.resolve();
      return new Promise((_, reject) => stopped.addEventListener('abort', () => reject(new Error('stopped'))));
    },
    gauge: { set: () => undefined },
    logger: { warn: fail, error: fail } as unknown as ComponentLogger,
  };
  const dispatcher = new OutboxDispatcher(queue, terms);
  afterAll(() => dispatcher.stop());

  it('leave places for others, however many of theirs wait', async () => {
    for (const target of ['a', 'b', 'c']) queue.add('hanging', target, 100);
    queue.add('healthy', 'a', 3);
    dispatcher.start();
    await Promise.all([begunOf('healthy', 3), begunOf('hanging', 10)]);
    queue.add('hanging too', 'a', 100);
    queue.add('healthy', 'b', 1);
    dispatcher.wake();
    await Promise.all([begunOf('healthy', 4), begunOf('hanging too', 5)]);
    expect(begun.filter((id) => id.startsWith('hanging/'))).toHaveLength(10);
  });

  async function begunOf(ownerId: string, count: number): Promise<void> {
    while (begun.filter((id) => id.startsWith(`${ownerId}/`)).length < count) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }
});

function fail(_: unknown, words: string): void {
  throw new Error(words);
}
