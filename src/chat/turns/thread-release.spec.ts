import { tmpdir } from 'node:os';
import pino from 'pino';
import type { AppServerPool } from '../../app-server/pool/app-server-pool';
import type { ThreadLease } from '../../app-server/pool/thread-lease';
import { InstanceLostError } from '../../app-server/pool/pool.errors';
import { RequestRefusedError } from '../../app-server/rpc/rpc.errors';
import type { DataDirectories } from '../../runtime/data-directories';
import type { ChatEntity } from '../entities/chat.entity';
import type { TurnEntity } from '../entities/turn.entity';
import { ChatThreads } from './chat-threads';
import type { GatewayThreads } from './gateway-threads';
import type { ThreadMemory } from './thread-memory';

const silent = pino({ level: 'silent' });

describe('a thread that is leased and cannot be told what it lacks', () => {
  const chat = { id: 'chat', userId: 'ada', codexThreadId: 'thread' } as ChatEntity;
  let leases: number;
  let released: number;

  /** @param fault of telling it. */
  const leased = (fault: Error) => {
    leases = released = 0;
    const lease = { threadId: 'thread', release: () => (released += 1) } as unknown as ThreadLease;
    const pool = { lease: () => Promise.resolve(lease).finally(() => (leases += 1)) } as unknown as AppServerPool;
    const memory = { restore: () => Promise.reject(fault) };
    const threads = new ChatThreads(
      pool,
      { bind: () => undefined } as unknown as GatewayThreads,
      { workspaceOf: tmpdir } as unknown as DataDirectories,
      memory as unknown as ThreadMemory,
      silent,
    );
    const wait = { signal: new AbortController().signal, onQueued: () => undefined };
    return threads.lease({ chat, turn: {} as TurnEntity, unsynced: [] }, wait);
  };

  it('is given back each time that its process is lost', async () => {
    await expect(leased(new InstanceLostError('codex-1', 'killed'))).rejects.toBeInstanceOf(InstanceLostError);
    expect(released).toBe(leases);
    expect(leases).toBeGreaterThan(0);
  });

  it('answers all the same when codex refuses to be told', async () => {
    await expect(leased(new RequestRefusedError('thread/inject_items', -32600, 'no'))).resolves.toMatchObject({
      writes: [],
    });
    expect(released).toBe(0);
  });
});
