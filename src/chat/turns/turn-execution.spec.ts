import pino from 'pino';
import { newTurn } from '../../../test/support/stored-turn';
import type { ThreadLease } from '../../app-server/pool/thread-lease';
import { PoolConfig } from '../../config/pool.config';
import { NO_USAGE } from '../dto/token-usage.dto';
import type { ApprovalDesk } from '../approvals/approval.service';
import type { ChatEntity } from '../entities/chat.entity';
import type { MessageEntity } from '../entities/message.entity';
import type { TurnEntity } from '../entities/turn.entity';
import type { EventLog } from '../event-log/event-log';
import type { LogEntry } from '../event-log/log-entry';
import type { ChatThreads } from './chat-threads';
import { TurnExecution } from './turn-execution';
import { TurnServices } from './turn-services';

const CHAT = { id: 'chat', userId: 'ada', usage: NO_USAGE } as ChatEntity;
const MESSAGE = { id: 'message', content: [{ type: 'text', text: 'hello' }] } as unknown as MessageEntity;
const silent = pino({ level: 'silent' });
const soon = () => new Promise(setImmediate);

describe('TurnExecution', () => {
  let turn: TurnEntity;
  let execution: TurnExecution;
  let leased: PromiseWithResolvers<void>;
  let committed: PromiseWithResolvers<readonly never[]>;
  /** What happens, in order. */
  let happened: string[];

  beforeEach(() => {
    happened = [];
    [leased, committed] = [Promise.withResolvers(), Promise.withResolvers()];
    turn = newTurn(CHAT.id, { userId: CHAT.userId });
    const note =
      (what: string) =>
      (...[about]: unknown[]) =>
        Promise.resolve(void happened.push(typeof about === 'string' ? `${what} ${about}` : what));
    const lease = {
      threadId: 'thread',
      startTurn: () => note('codex starts')().then(() => ({ id: 'codex-turn' })),
      interrupt: note('codex interrupts'),
      lastTurn: () => Promise.resolve(null),
      abandon: note('abandoned'),
      release: () => void happened.push('released'),
      // Codex ends the turn when it is told to interrupt it.
      signals: async function* () {
        while (!happened.some((what) => what.startsWith('codex interrupts'))) await soon();
        yield {
          kind: 'notification',
          notification: {
            method: 'turn/completed',
            params: { threadId: 'thread', turn: { id: 'codex-turn', status: 'interrupted', items: [] } },
          },
        };
      },
    } as unknown as ThreadLease;
    const threads = {
      lease: () => leased.promise.then(() => ({ lease, writes: [] })),
      workspaceOf: () => '/',
      takeUpstreamFailure: () => undefined,
    } as unknown as ChatThreads;
    const log = {
      backlog: () => 0,
      append: (_chat: unknown, { events }: LogEntry) => {
        happened.push(...events.map(({ type }) => type));
        return events.some(({ type }) => type === 'turn.started') ? committed.promise : Promise.resolve([]);
      },
    } as unknown as EventLog;
    const approvals = {
      closeTurn: () => Promise.resolve(void happened.push('its questions end')).then(() => ({ events: [] })),
    } as unknown as ApprovalDesk;
    const services = new TurnServices(new PoolConfig(), silent, threads, log, approvals);
    execution = new TurnExecution(services, { chat: CHAT, turn, unsynced: [] }, () =>
      happened.push('leaves the queue'),
    );
  });

  it('begins in codex only when it is committed that it has begun, so that it is never begun again', async () => {
    const executed = execution.execute(MESSAGE);
    leased.resolve();
    await soon();
    expect(happened).toEqual(['turn.started']);
    committed.resolve([]);
    await soon();
    expect(happened).toEqual(['turn.started', 'leaves the queue', 'codex starts']);
    execution.interrupt();
    await executed;
  });

  it('is interrupted in codex when it was interrupted while its beginning was committed', async () => {
    const executed = execution.execute(MESSAGE);
    leased.resolve();
    await soon();
    execution.interrupt();
    committed.resolve([]);
    await executed;
    expect(happened).toEqual([
      ...['turn.started', 'leaves the queue', 'codex starts', 'codex interrupts codex-turn'],
      ...['released', 'its questions end', 'turn.completed'],
    ]);
    expect(turn.status).toBe('interrupted');
  });

  it('does not begin when it was interrupted while it got its place, which it gives back', async () => {
    const executed = execution.execute(MESSAGE);
    execution.interrupt();
    leased.resolve();
    await executed;
    expect(happened).toEqual(['released', 'its questions end', 'turn.completed']);
    expect(turn.status).toBe('interrupted');
  });

  it('stays queued when the service stops while it gets its place', async () => {
    const executed = execution.execute(MESSAGE);
    execution.stop();
    leased.resolve();
    await executed;
    expect(happened).toEqual(['released']);
    expect(turn.status).toBe('queued');
  });

  it('does not run at the next start when its user has interrupted it before the service stops', async () => {
    const executed = execution.execute(MESSAGE);
    execution.interrupt();
    execution.stop();
    leased.resolve();
    await executed;
    expect(happened).toEqual(['released', 'its questions end', 'turn.completed']);
    expect(turn).toMatchObject({ status: 'interrupted', errorCode: null });
  });

  it('fails, and gives its place back, when its thread cannot be had or its beginning not be recorded', async () => {
    const executed = execution.execute(MESSAGE);
    leased.resolve();
    committed.reject(new Error('no such chat'));
    await executed;
    expect(happened).toEqual(['turn.started', 'released', 'its questions end', 'turn.completed']);
    expect(turn).toMatchObject({ status: 'failed', errorCode: 'turn_failed' });
  });
});
