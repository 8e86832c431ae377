import { RequestRefusedError } from '../rpc/rpc.errors';
import type { Connection } from './connection';
import { ThreadMissingError } from './pool.errors';
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

  it('takes a thread of which codex has an empty file for one that is gone, also when it is deleted', async () => {
    const message = 'failed to read session metadata /x.jsonl: rollout at /x.jsonl is empty';
    const remove = jest.fn();
    const connection = {
      request: () => Promise.reject(new RequestRefusedError('thread/delete', -32603, message)),
      threads: { remove },
    } as unknown as Connection;
    await expect(new ThreadOpener(1_000).delete(connection, 'thread')).resolves.toBeUndefined();
    expect(remove).toHaveBeenCalledWith('thread');
    await expect(resume(connection)).rejects.toThrow(ThreadMissingError);
  });
});
