import { setTimeout as sleep } from 'node:timers/promises';
import pino from 'pino';
import { SignalQueue } from '../../app-server/pool/signal-queue';
import type { ThreadLease, ThreadSignal } from '../../app-server/pool/thread-lease';
import type { ServerNotification } from '../../app-server/protocol/generated/ServerNotification';
import type { ServerRequest } from '../../app-server/protocol/generated/ServerRequest';
import type { Turn } from '../../app-server/protocol/generated/v2/Turn';
import { OutcomeUnknownError, RequestRefusedError } from '../../app-server/rpc/rpc.errors';
import { PoolConfig } from '../../config/pool.config';
import type { ApprovalDesk } from '../approvals/approval.service';
import { NO_USAGE } from '../dto/token-usage.dto';
import type { ChatEntity } from '../entities/chat.entity';
import type { MessageEntity } from '../entities/message.entity';
import type { TurnEntity } from '../entities/turn.entity';
import type { EventLog } from '../event-log/event-log';
import type { LogEntry } from '../event-log/log-entry';
import type { ChatThreads } from './chat-threads';
import { TurnRun } from './turn-run';
import { TurnServices } from './turn-services';

const CHAT = { id: 'chat', userId: 'ada', usage: NO_USAGE } as ChatEntity;
const TURN = { id: 'turn', chatId: 'chat', userId: 'ada', options: {} } as TurnEntity;
const MESSAGE = { id: 'message', content: [{ type: 'text', text: 'hello' }] } as unknown as MessageEntity;
const silent = pino({ level: 'silent' });
const fail = (reason: string): never => {
  throw new Error(reason);
};
const soon = () => new Promise(setImmediate);

describe('TurnRun', () => {
  let run: TurnRun;
  let begin: () => TurnRun;
  let received: SignalQueue<ThreadSignal>;
  let started: PromiseWithResolvers<{ id: string }>;
  let lastTurn: PromiseWithResolvers<Turn | null>;
  /** For its last turn. */
  let asked: PromiseWithResolvers<void>;
  /** What codex is asked, and what is recorded, in order. */
  let happened: string[];
  let backlog: number;
  let config: PoolConfig;

  beforeEach(() => {
    happened = [];
    backlog = 0;
    [started, lastTurn, asked] = [Promise.withResolvers(), Promise.withResolvers(), Promise.withResolvers()];
    received = new SignalQueue(() => undefined);
    const lease = {
      ...{ threadId: 'thread', isHeldUp: false },
      steer: () => Promise.resolve(),
      startTurn: () => started.promise,
      interrupt: (turnId: string) => Promise.resolve(void happened.push(`interrupt ${turnId}`)),
      lastTurn: () => {
        asked.resolve();
        return lastTurn.promise;
      },
      abandon: (reason: string) => void happened.push(reason),
      signals: () => received,
    } as unknown as ThreadLease;
    const threads = { workspaceOf: () => '/', takeUpstreamFailure: () => undefined } as unknown as ChatThreads;
    const log = {
      backlog: () => backlog,
      append: (_chat: unknown, { events }: LogEntry) =>
        Promise.resolve(void happened.push(...events.map(({ type }) => type))),
    } as unknown as EventLog;
    const approvals = { waits: () => false } as unknown as ApprovalDesk;
    config = new PoolConfig();
    const services = () => new TurnServices(config, silent, threads, log, approvals);
    begin = () => (run = new TurnRun(services(), CHAT, TURN, lease));
    begin();
  });
  afterEach(() => received.end());

  const say = (method: string, params: object): void =>
    received.push({
      kind: 'notification',
      notification: { method, params: { threadId: 'thread', ...params } } as ServerNotification,
    });
  const complete = (status: string, id = 'mine'): void =>
    say('turn/completed', { turn: { id, status, items: [], error: null } });
  const warn = (): void => say('warning', { message: 'careful' });

  it('interrupts in codex what was to be interrupted before codex had named the turn', async () => {
    const ended = run.run(MESSAGE);
    run.interrupt();
    await soon();
    expect(happened).toEqual([]);
    started.resolve({ id: 'mine' });
    await soon();
    expect(happened).toEqual(['interrupt mine']);
    complete('interrupted');
    await expect(ended).resolves.toMatchObject({ status: 'interrupted' });
  });

  it('ends as completed when codex has completed it before it received the interruption', async () => {
    const ended = run.run(MESSAGE);
    started.resolve({ id: 'mine' });
    await soon();
    run.interrupt();
    complete('completed');
    await expect(ended).resolves.toEqual({ status: 'completed', error: null });
  });

  it('ends as completed, with its text, when that is found in the record of codex alone', async () => {
    const ended = run.run(MESSAGE);
    started.resolve({ id: 'mine' });
    await soon();
    run.interrupt();
    const items = [{ type: 'agentMessage', text: 'whole' }];
    lastTurn.resolve({ id: 'mine', status: 'completed', itemsView: 'full', items } as unknown as Turn);
    await expect(ended).resolves.toEqual({ status: 'completed', error: null });
    expect(happened).toEqual(['interrupt mine', 'message.created', 'message.completed']);
  });

  it('takes the end of another turn of the thread for that one, and not for its own', async () => {
    const ended = run.run(MESSAGE);
    started.resolve({ id: 'mine' });
    await soon();
    complete('interrupted', 'earlier');
    complete('completed');
    await expect(ended).resolves.toEqual({ status: 'completed', error: null });
  });

  it('gives up the process of a turn that may run although its start was not answered, and none that said no', async () => {
    const ended = run.run(MESSAGE);
    started.reject(new OutcomeUnknownError('turn/start', 'no answer'));
    await expect(ended).resolves.toMatchObject({ status: 'failed' });
    expect(happened).toEqual(['turn/start was not answered']);
  });

  it('fails at once when codex refuses it', async () => {
    const ended = run.run(MESSAGE);
    started.reject(new RequestRefusedError('turn/start', -32600, 'no'));
    await expect(ended).resolves.toMatchObject({ status: 'failed', error: { code: 'turn_failed' } });
    expect(happened).toEqual([]);
  });

  it('records nothing more when it has ended while codex is asked whether it has', async () => {
    const ended = run.run(MESSAGE);
    started.resolve({ id: 'mine' });
    say('item/started', { turnId: 'mine', item: { type: 'agentMessage', id: 'item', text: '' } });
    await soon();
    run.interrupt();
    await asked.promise;
    complete('interrupted');
    await ended;
    const recorded = [...happened];
    const items = [{ type: 'agentMessage', text: 'whole' }];
    lastTurn.resolve({ id: 'mine', status: 'completed', itemsView: 'full', items } as unknown as Turn);
    for (let round = 0; round < 10; round += 1) await soon();
    expect(happened).toEqual(recorded);
  });

  it('takes no more input when it has ended, while its end is being stored', async () => {
    const ended = run.run(MESSAGE);
    await expect(run.steer(MESSAGE)).resolves.toBe(false);
    started.resolve({ id: 'mine' });
    await soon();
    await expect(run.steer(MESSAGE)).resolves.toBe(true);
    complete('completed');
    await ended;
    await expect(run.steer(MESSAGE)).resolves.toBe(false);
  });

  it.each(['item/fileChange', 'item/permissions'])(
    'declines %s itself, and says so, where nothing may leave the sandbox',
    async (item) => {
      config.sandboxModeMax = 'workspace-write';
      const answers: unknown[] = [];
      const ended = begin().run(MESSAGE);
      started.resolve({ id: 'mine' });
      const params = { threadId: 'thread', turnId: 'mine', itemId: 'item', permissions: { fileSystem: {} } };
      const request = { id: 1, method: `${item}/requestApproval`, params } as unknown as ServerRequest;
      received.push({ kind: 'request', request, respond: (answer) => void answers.push(answer), refuse: fail });
      complete('completed');
      await ended;
      expect(answers).toEqual([
        item === 'item/permissions' ? { permissions: {}, scope: 'turn' } : { decision: 'decline' },
      ]);
      expect(happened).toEqual(['warning']);
    },
  );

  it('goes on after a message of codex that makes no sense, and refuses such a question', async () => {
    const ended = run.run(MESSAGE);
    started.resolve({ id: 'mine' });
    await soon();
    say('item/started', { turnId: 'mine', item: null });
    const refuse = jest.fn();
    const request = { id: 7, method: 'item/permissions/requestApproval', params: {} } as ServerRequest;
    received.push({ kind: 'request', request, respond: () => undefined, refuse });
    warn();
    complete('completed');
    await expect(ended).resolves.toEqual({ status: 'completed', error: null });
    expect(happened).toEqual(['warning']);
    expect(refuse).toHaveBeenCalledTimes(1);
  });

  it('reads no more of what codex says than the database takes', async () => {
    const ended = run.run(MESSAGE);
    started.resolve({ id: 'mine' });
    await soon();
    backlog = 1_000;
    for (let count = 0; count < 10; count += 1) warn();
    await sleep(30);
    expect(happened).toEqual(['warning']);
    backlog = 0;
    complete('completed');
    await ended;
    expect(happened).toHaveLength(10);
  });
});
