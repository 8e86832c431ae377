import { tmpdir } from 'node:os';
import type { AppServerPool } from '../../app-server/pool/app-server-pool';
import type { ThreadLease } from '../../app-server/pool/thread-lease';
import { InstanceLostError, PoolUnavailableError, ThreadMissingError } from '../../app-server/pool/pool.errors';
import { OVERLOADED } from '../../app-server/rpc/message';
import { OutcomeUnknownError, RequestRefusedError } from '../../app-server/rpc/rpc.errors';
import { Logger } from '../../common/logger';
import type { DataDirectories } from '../../runtime/data-directories';
import type { ChatEntity } from '../entities/chat.entity';
import type { TurnEntity } from '../entities/turn.entity';
import { ChatThreads } from './chat-threads';
import type { GatewayThreads } from './gateway-threads';
import type { ThreadMemory } from './thread-memory';

jest.mock('node:timers/promises', () => ({ setTimeout: () => Promise.resolve() }));

const UNANSWERED = new OutcomeUnknownError('thread/resume', 'no answer within 4000 ms');

describe('ChatThreads', () => {
  const lease = { threadId: 'thread', release: () => (releases += 1) } as unknown as ThreadLease;
  const chat = { id: 'chat', userId: 'ada', codexThreadId: 'thread' } as ChatEntity;
  const wait = { signal: new AbortController().signal, onQueued: () => undefined };
  let outcomes: (Error | ThreadLease)[];
  let asked: (string | null)[];
  let releases: number;
  /** How the telling of what a thread lacks fails, each time. */
  let untold: Error[];

  beforeEach(() => ([asked, releases, untold] = [[], 0, []]));

  const threads = (): ChatThreads => {
    const pool = {
      lease: ({ threadId }: { threadId: string | null }): Promise<ThreadLease> => {
        asked.push(threadId);
        const outcome = outcomes.shift() ?? lease;
        return outcome instanceof Error ? Promise.reject(outcome) : Promise.resolve(outcome);
      },
    } as unknown as AppServerPool;
    const restore = (): Promise<never[]> => {
      const failure = untold.shift();
      return failure ? Promise.reject(failure) : Promise.resolve([]);
    };
    const memory = { restore } as unknown as ThreadMemory;
    const gateway = { bind: () => undefined } as unknown as GatewayThreads;
    const logger = { child: () => ({ warn: () => undefined }) } as unknown as Logger;
    return new ChatThreads(pool, gateway, { workspaceOf: tmpdir } as unknown as DataDirectories, memory, logger);
  };
  const opened = () => threads().lease({ chat, turn: {} as TurnEntity, unsynced: [] }, wait);

  it('open a thread again whose opening was not answered: its turn has not begun', async () => {
    outcomes = [UNANSWERED, UNANSWERED];
    expect((await opened()).lease).toBe(lease);
    expect(asked).toEqual(['thread', 'thread', 'thread']);
  });

  it('give a turn up when no opening is answered', async () => {
    outcomes = [UNANSWERED, UNANSWERED, UNANSWERED];
    await expect(opened()).rejects.toBe(UNANSWERED);
    expect(asked).toHaveLength(3);
  });

  it('wait for room in the pool for as long as it takes, but not for a pool that stops', async () => {
    outcomes = [...Array.from({ length: 10 }, () => new PoolUnavailableError('timeout'))];
    expect((await opened()).lease).toBe(lease);
    const stopping = new PoolUnavailableError('stopping');
    outcomes = [stopping];
    await expect(opened()).rejects.toBe(stopping);
  });

  it('go on in a new thread when codex has lost the old one', async () => {
    outcomes = [new ThreadMissingError('thread')];
    await opened();
    expect(asked).toEqual(['thread', null]);
  });

  it('keep the thread of a chat that a process had no room to look at, and open it again', async () => {
    const overload = new RequestRefusedError('thread/resume', OVERLOADED, 'the app-server takes no input');
    outcomes = [overload, overload];
    expect((await opened()).lease).toBe(lease);
    expect(asked).toEqual(['thread', 'thread', 'thread']);
    outcomes = [overload, overload, overload];
    await expect(opened()).rejects.toBe(overload);
  });

  it('open a thread elsewhere whose process is lost while it is told what it lacks: its turn has not begun', async () => {
    const lost = new InstanceLostError('codex-1', 'killed');
    untold = [lost, UNANSWERED];
    expect((await opened()).lease).toBe(lease);
    expect([asked, releases]).toEqual([['thread', 'thread', 'thread'], 2]);
    untold = [lost, lost, lost];
    await expect(opened()).rejects.toBe(lost);
    expect(releases).toBe(5);
  });

  it('do not hide the loss of a process', async () => {
    const lost = new InstanceLostError('codex-1', 'killed');
    outcomes = [lost];
    await expect(opened()).rejects.toBe(lost);
  });
});
