import { RequestRefusedError } from '../rpc/rpc.errors';
import type { Connection } from './connection';
import { ThreadOpener } from './thread-opener';

const BUSY = new RequestRefusedError('thread/resume', -32600, 'thread already has an active writer');

describe('ThreadOpener', () => {
  let deadlines: number[];

  /** A process that says for so many times that another holds the thread. */
  const busy = (times: number): Connection => {
    const request = (_method: string, _params: unknown, { timeoutMs }: { timeoutMs: number }) => {
      deadlines.push(timeoutMs);
      return deadlines.length > times ? Promise.resolve({}) : Promise.reject(BUSY);
    };
    return { request } as unknown as Connection;
  };
  const resume = (connection: Connection) =>
    new ThreadOpener(1_000).resume(connection, 'thread', {
      ...{ cwd: '/', model: 'm', approvalPolicy: 'never', sandbox: 'read-only' },
    });

  beforeEach(() => (deadlines = []));

  it('waits until the process that held a thread has let go', async () => {
    await expect(resume(busy(2))).resolves.toEqual({ threadId: 'thread', origin: 'resumed' });
    expect(deadlines).toHaveLength(3);
  });

  it('gives up rather than ask with a deadline that no process can meet', async () => {
    await expect(resume(busy(Infinity))).rejects.toBe(BUSY);
    expect(deadlines.length).toBeGreaterThan(2);
    expect(Math.min(...deadlines)).toBeGreaterThan(400);
  });
});
