import { ComponentLogger } from '../../common/logger';
import { once } from '../../common/once';
import { Semaphore } from '../../common/semaphore';
import { Isolation, PoolConfig } from '../../config/pool.config';
import { GroupKey, SHARED } from '../../runtime/group-key';
import { ProcessLauncher } from '../process/process-launcher';
import type { ThreadBackgroundTerminal } from '../protocol/generated/v2/ThreadBackgroundTerminal';
import type { Turn } from '../protocol/generated/v2/Turn';
import { AcquireQueue, SlotRequest, TurnSlot } from './acquire-queue';
import { confined } from './confinement';
import { GroupHandle } from './group';
import { GroupRegistry } from './group-registry';
import { Housekeeping } from './housekeeping';
import { PoolAdministration, TransitionHistory } from './pool-administration';
import { POOL_LIMITS, PoolLimits } from './pool-limits';
import { slotWaitSeconds } from './pool-metrics';
import { PoolStatus } from './pool-status';
import { InstanceLostError } from './pool.errors';
import { ThreadLease } from './thread-lease';
import { ThreadOpener } from './thread-opener';
import { ThreadOrigin, ThreadSpec } from './thread-spec';

export type { PoolStatus } from './pool-status';
export type { ThreadSpec } from './thread-spec';

/** Crashes while a thread is opened after which the thread is taken for their cause. */
const MAX_CRASHES = 3;
/** A wait that nobody ends. */
const NEVER = new AbortController().signal;

/** Whom a turn is for. To the pool these are names without a meaning. */
export interface Tenant {
  /** Users are served in turn, and have a group of their own under `CODEX_ISOLATION=user`. */
  readonly userId: string;
  /** Has a process of its own under `CODEX_ISOLATION=session`. */
  readonly chatId: string;
}

/** For callers that name nobody. */
const NOBODY: Tenant = { userId: 'default', chatId: 'default' };

/** The group that serves the tenant. */
export function groupKeyOf(isolation: Isolation, { userId, chatId }: Tenant): GroupKey {
  if (isolation === 'shared') return SHARED;
  return isolation === 'user' ? { kind: 'user', userId } : { kind: 'session', userId, chatId };
}

export interface LeaseRequest {
  /** Null: a new thread. */
  readonly threadId: string | null;
  /** What a new thread goes on from. */
  readonly from?: ThreadOrigin;
  readonly spec: ThreadSpec;
  /** Ends the wait for a slot. */
  readonly signal: AbortSignal;
  /** Whom the turn is for: the users are served in turn, and `CODEX_ISOLATION` separates them. */
  readonly tenant?: Tenant;
  /** Called when the turn has to wait, and when that has changed: how many are served before it. Must not throw. */
  readonly onQueued?: (position: number) => void;
  /** Longest wait for a slot, `CODEX_QUEUE_TIMEOUT_SECONDS` by default; null: as long as the signal allows. */
  readonly timeoutMs?: number | null;
}

/** All app-servers: one group for everybody, or groups of users or chats that come and go. */
export class AppServerPool {
  /** What an operator can do. */
  readonly administration: PoolAdministration;
  private readonly groups: GroupRegistry;
  private readonly queue: AcquireQueue;
  private readonly opener: ThreadOpener;
  private readonly housekeeping: Housekeeping;
  private instanceCount = 0;
  private phase: 'new' | 'running' | 'stopping' = 'new';

  constructor(
    private readonly config: PoolConfig,
    private readonly launcher: ProcessLauncher,
    logger: ComponentLogger,
    limits: PoolLimits = POOL_LIMITS,
  ) {
    const settings = { size: config.size, selectionStrategy: config.selectionStrategy };
    const history = new TransitionHistory();
    this.opener = new ThreadOpener(config.requestTimeoutSeconds * 1000);
    const context = {
      ...{ config, settings, launcher, opener: this.opener, limits, logger },
      starts: new Semaphore(limits.startsAtOnce),
      nextInstanceId: () => `codex-${(this.instanceCount += 1)}`,
      onChange: () => this.queue.dispatch(),
      onTransition: history.record.bind(history),
    };
    this.groups = new GroupRegistry(context, config.maxSessions);
    this.queue = new AcquireQueue(this.groups);
    this.housekeeping = new Housekeeping(this.groups, config, limits, logger);
    this.administration = new PoolAdministration(this.groups, settings, history, logger);
    if (config.isolation === 'shared') this.groups.add(SHARED, config.size);
  }

  /** A turn can run: an instance of the shared group is ready, or one can be started for its user or chat. */
  get ready(): boolean {
    const shared = this.groups.find(SHARED);
    return shared === undefined ? this.phase === 'running' : this.phase !== 'stopping' && shared.ready;
  }

  /** Starts the instances one after another; resolves when each was tried. One that failed is tried again later. */
  async start(): Promise<void> {
    await this.launcher.clearOrphans();
    await Promise.all(this.groups.all.map((group) => group.start('the pool starts')));
    if (this.phase === 'stopping') return;
    this.phase = 'running';
    this.housekeeping.start();
  }

  /** Takes no new turns, gives the running ones `graceMs` to end, and ends every process. */
  async stop({ graceMs }: { graceMs: number }): Promise<void> {
    this.phase = 'stopping';
    this.housekeeping.stop();
    this.queue.stop();
    await this.groups.stop('the service stops', graceMs);
    await this.launcher.close();
  }

  /**
   * Waits for a slot on the instance that has the thread loaded, else on one that the strategy chooses, and loads the
   * thread there. Ends by the deadline of the wait and, once there is a slot, that of the requests.
   *
   * @throws the signal's reason, PoolUnavailableError, ThreadMissingError, InstanceLostError, RequestRefusedError,
   * OutcomeUnknownError
   */
  async lease({
    threadId,
    from,
    spec,
    signal,
    tenant = NOBODY,
    onQueued,
    timeoutMs,
  }: LeaseRequest): Promise<ThreadLease> {
    const thread = { threadId, from, spec: confined(spec, this.config.sandboxCeiling), signal };
    const onSlot = once(slotWaitSeconds.startTimer());
    const request = { ...this.requestOf(tenant, timeoutMs), threadId, signal, onQueued };
    return this.withSlot(request, (slot) => {
      onSlot();
      return slot.group.open(slot.connection, { ...thread, onReleased: () => slot.release() });
    });
  }

  /** False when the tenant needs a group and all `MAX_SESSIONS` of them are in use, or promised to others. */
  admits(tenant: Tenant): boolean {
    return this.groups.admits(groupKeyOf(this.config.isolation, tenant), this.queue.wantedGroups);
  }

  /**
   * The newest turn of a thread with all its items, as codex has it on disk, without loading it. Null when codex has no
   * such thread, or the thread has had no turn.
   *
   * @throws PoolUnavailableError, InstanceLostError, RequestRefusedError, OutcomeUnknownError
   */
  readLastTurn(threadId: string, tenant: Tenant = NOBODY): Promise<Turn | null> {
    return this.ask(this.requestOf(tenant), ({ connection }) => this.opener.lastTurn(connection, threadId));
  }

  /**
   * Deletes codex's copies of a chat's threads, wherever they are loaded, and ends what their commands run; resolves when
   * there is none too. Under
   * `CODEX_ISOLATION=session` it ends the chat's process instead, which it may have before it has a thread: the chat's
   * folder can be removed then, with all in it.
   *
   * @throws PoolUnavailableError when no instance is there to ask in time, RequestRefusedError, OutcomeUnknownError: the
   * first of these, when all threads were tried
   */
  async forget(threadIds: readonly string[], tenant: Tenant = NOBODY): Promise<void> {
    const key = groupKeyOf(this.config.isolation, tenant);
    if (key.kind === 'session') return this.groups.endOf(key, 'its chat is deleted');
    const deleted = threadIds.map((threadId) => this.deleteThread(threadId, tenant));
    await allOf(deleted).finally(() => this.launcher.commands.end(threadIds));
  }

  /**
   * Ends the commands that the agent has left running when its turn was over. Where the thread is not loaded, only what has
   * left its session can still run.
   *
   * @throws InstanceLostError, RequestRefusedError, OutcomeUnknownError
   */
  async endCommands(threadId: string, tenant: Tenant = NOBODY): Promise<void> {
    const ended = this.groups.find(groupKeyOf(this.config.isolation, tenant))?.endCommands(threadId);
    await Promise.resolve(ended).finally(() => this.launcher.commands.end([threadId]));
  }

  /** The commands that run on in a thread; none where it is not loaded. @throws as `endCommands` */
  async terminals(threadId: string, tenant: Tenant = NOBODY): Promise<readonly ThreadBackgroundTerminal[]> {
    return (await this.groups.find(groupKeyOf(this.config.isolation, tenant))?.terminals(threadId)) ?? [];
  }

  /** Ends one of them. @returns whether there was one @throws as `endCommands` */
  async endTerminal(threadId: string, processId: string, tenant: Tenant = NOBODY): Promise<boolean> {
    const group = this.groups.find(groupKeyOf(this.config.isolation, tenant));
    return (await group?.endTerminal(threadId, processId)) ?? false;
  }

  /**
   * Takes a thread out of the process that has it loaded; its next turn loads it again.
   *
   * @returns false where it is not loaded, or a turn runs in it @throws as `endCommands`
   */
  async unload(threadId: string, tenant: Tenant = NOBODY): Promise<boolean> {
    return (await this.groups.find(groupKeyOf(this.config.isolation, tenant))?.unload(threadId)) ?? false;
  }

  status(): PoolStatus {
    const groups = this.groups.all.map((group) => group.status(this.queue.waitingIn(group.id)));
    return { instances: groups.flatMap(({ instances }) => instances), waiting: this.queue.length, groups };
  }

  private async deleteThread(threadId: string, tenant: Tenant): Promise<void> {
    const handle = this.groups.acquireExisting(groupKeyOf(this.config.isolation, tenant));
    try {
      if (await handle?.group.deleteThread(threadId)) return;
    } finally {
      handle?.release();
    }
    const request = this.requestOf(tenant, this.config.requestTimeoutSeconds * 1000);
    await this.ask(request, ({ connection }) => this.opener.delete(connection, threadId));
  }

  /** Uses a slot for one question, and releases it. */
  private ask<T>(request: SlotRequest, question: (slot: TurnSlot) => Promise<T>): Promise<T> {
    return this.withSlot(request, async (slot) => {
      const answer = await question(slot);
      slot.release();
      return answer;
    });
  }

  /**
   * Nothing ran yet when an instance is lost here, so another one of the group may do it instead, until the deadline of
   * the wait. One that has fallen silent is no fault of the thread; one that has crashed may be.
   *
   * @param use releases the slot when it has succeeded, or what it returns does so later
   */
  private async withSlot<T>(request: SlotRequest, use: (slot: TurnSlot) => Promise<T>): Promise<T> {
    let held: GroupHandle | null = null;
    for (let crashes = 0; ;) {
      const slot: TurnSlot = await this.queue.acquire(request, held);
      try {
        return await use(slot);
      } catch (error) {
        const isLost = error instanceof InstanceLostError;
        if (isLost && !slot.connection.wasKilled) crashes += 1;
        if (!isLost || crashes === MAX_CRASHES) {
          slot.release();
          throw error;
        }
        held = slot.keepGroup();
      }
    }
  }

  private requestOf(tenant: Tenant, timeoutMs: number | null = this.config.queueTimeoutSeconds * 1000): SlotRequest {
    const deadlineMs = timeoutMs === null ? undefined : performance.now() + timeoutMs;
    const group = groupKeyOf(this.config.isolation, tenant);
    return { group, threadId: null, userId: tenant.userId, signal: NEVER, deadlineMs };
  }
}

/** Waits until every one has settled. @throws what the first of those that failed threw */
async function allOf(works: readonly Promise<unknown>[]): Promise<void> {
  const failure = (await Promise.allSettled(works)).find(({ status }) => status === 'rejected');
  if (failure?.status === 'rejected') throw failure.reason;
}
