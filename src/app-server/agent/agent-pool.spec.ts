import pino from 'pino';
import { LeaseRequest } from '../pool/pool';
import { PoolUnavailableError, ThreadMissingError } from '../pool/pool.errors';
import { OVERLOADED } from '../rpc/message';
import { OutcomeUnknownError, RequestRefusedError } from '../rpc/rpc.errors';
import { AppServerAgents, AppServers, ThreadRequest } from './agent-pool';
import type { Lease } from './agent-thread';

jest.mock('node:timers/promises', () => ({ setTimeout: () => Promise.resolve() }));

const REQUEST: ThreadRequest = {
  ...{ threadId: 'thread', tenant: { userId: 'ada', chatId: 'chat' }, workspace: '/workspace', model: 'demo' },
  ...{ approvalPolicy: 'on-request', sandboxMode: 'read-only', networkAccess: false, instructions: null },
  ...{ signal: new AbortController().signal, onQueued: () => undefined },
};
const UNANSWERED = new OutcomeUnknownError('thread/resume', 'no answer within 4000 ms');
const OVERLOAD = new RequestRefusedError('thread/resume', OVERLOADED, 'the app-server takes no input');

describe('the opening of a thread', () => {
  /** How each lease fails; the next one succeeds. */
  let failures: Error[];
  let asked: LeaseRequest[];

  beforeEach(() => void (asked = []));

  const open = async (): Promise<string> => {
    const pool: AppServers = {
      admits: () => true,
      lease: (request) => {
        asked.push(request);
        const failure = failures.shift();
        return failure ? Promise.reject(failure) : Promise.resolve({ threadId: 'thread' } as Lease);
      },
      readLastTurn: () => Promise.resolve(null),
      endCommands: () => Promise.resolve(),
      terminals: () => Promise.resolve([]),
      endTerminal: () => Promise.resolve(false),
      unload: () => Promise.resolve(false),
      forget: () => Promise.resolve(),
    };
    const { threadId } = await new AppServerAgents(pool, pino({ level: 'silent' })).open(REQUEST);
    return threadId;
  };
  const threadsAsked = () => asked.map(({ threadId }) => threadId);

  it('is tried again when it was not answered: its turn has not begun', async () => {
    failures = [UNANSWERED, UNANSWERED];
    expect(await open()).toBe('thread');
    expect(threadsAsked()).toEqual(['thread', 'thread', 'thread']);
  });

  it('fails when no attempt is answered', async () => {
    failures = [UNANSWERED, UNANSWERED, UNANSWERED];
    await expect(open()).rejects.toMatchObject({ name: 'AgentUnansweredError', message: UNANSWERED.message });
    expect(asked).toHaveLength(3);
  });

  it('waits for room in the pool for as long as it takes, but not for a pool that stops', async () => {
    failures = Array.from({ length: 10 }, () => new PoolUnavailableError('timeout'));
    expect(await open()).toBe('thread');
    const stopping = new PoolUnavailableError('stopping');
    failures = [stopping];
    await expect(open()).rejects.toBe(stopping);
  });

  it('goes on in a new thread when codex has lost the old one, or cannot load it', async () => {
    for (const failure of [new ThreadMissingError('thread'), new RequestRefusedError('thread/resume', -32600, 'no')]) {
      [asked, failures] = [[], [failure]];
      await open();
      expect(threadsAsked()).toEqual(['thread', null]);
    }
  });

  it('keeps the thread that a process had no room to look at, and tries it again', async () => {
    failures = [OVERLOAD, OVERLOAD];
    expect(await open()).toBe('thread');
    expect(threadsAsked()).toEqual(['thread', 'thread', 'thread']);
    failures = [OVERLOAD, OVERLOAD, OVERLOAD];
    await expect(open()).rejects.toMatchObject({ name: 'AgentRefusedError' });
  });

  it('passes the chat to codex in its words', async () => {
    failures = [];
    await open();
    expect(asked[0]).toMatchObject({
      ...{ threadId: 'thread', tenant: REQUEST.tenant, timeoutMs: null },
      spec: { cwd: '/workspace', model: 'demo', approvalPolicy: 'on-request', sandbox: 'read-only' },
    });
  });
});
