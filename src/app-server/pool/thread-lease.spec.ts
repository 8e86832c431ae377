import type { Connection } from './connection';
import { ThreadLease } from './thread-lease';

describe('ThreadLease', () => {
  let ends: string[];
  let asked: string[];
  let lease: ThreadLease;

  beforeEach(() => {
    [ends, asked] = [[], []];
    const connection = { request: (method: string) => Promise.resolve(void asked.push(method)) };
    lease = new ThreadLease({
      thread: { threadId: 'thread', origin: 'loaded' },
      connection: connection as unknown as Connection,
      reader: undefined as never,
      requestTimeoutMs: 1_000,
      commands: { end: () => Promise.resolve(0), endBeyond: () => Promise.resolve([]) },
      commandLimits: { perThread: 8, total: 64 },
      start: () => {
        throw new Error('nothing is started here');
      },
      onRelease: () => ends.push('released'),
      onAbandon: (reason) => ends.push(reason),
    });
  });

  it('gives its slot back once: by then the thread may be leased by another turn', () => {
    lease.abandon('the turn hangs');
    lease.release();
    expect(ends).toEqual(['the turn hangs', 'released']);
  });

  it('asks for nothing any more once it is released', async () => {
    lease.release();
    await expect(lease.interrupt('turn')).rejects.toThrow('released');
    await expect(lease.startTurn({ input: [] })).rejects.toThrow('released');
    expect(asked).toEqual([]);
  });
});
