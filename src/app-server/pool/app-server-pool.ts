import { ComponentLogger } from '../../common/logger';
import { once } from '../../common/once';
import { PoolConfig } from '../../config/pool.config';
import { SHARED } from '../../runtime/group-key';
import { ProcessLauncher } from '../process/process-launcher';
import type { Turn } from '../protocol/generated/v2/Turn';
import { slotWaitSeconds } from './admission-metrics';
import { confined } from './confinement';
import { GroupRegistry } from './group-registry';
import { GroupHandle } from './group-handle';
import { Housekeeping } from './housekeeping';
import { Group, NEVER } from './group';
import { PoolAdministration } from './pool-administration';
import { POOL_LIMITS, PoolLimits } from './pool-limits';
import { PoolStatus } from './pool-status';
import { Semaphore } from '../../common/semaphore';
import { groupKeyOf, NOBODY, Tenant } from './tenant';
import { ThreadLease } from './thread-lease';
import { ThreadSpec } from './thread-spec';
import { TransitionHistory } from './transition-history';
import { AcquireOptions, withTimeLeft } from './acquire-queue';

export type { PoolStatus } from './pool-status';
export type { Tenant } from './tenant';
export type { ThreadSpec } from './thread-spec';

export interface LeaseRequest {
  /** Null: a new thread. */
  readonly threadId: string | null;
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
  private readonly groups: GroupRegistry;
  /** What an operator can do. */
  readonly administration: PoolAdministration;
  private readonly housekeeping: Housekeeping;
  private instanceCount = 0;
  private phase: 'new' | 'running' | 'stopping' = 'new';

  constructor(
    private readonly config: PoolConfig,
    private readonly launcher: ProcessLauncher,
    logger: ComponentLogger,
    limits: PoolLimits = POOL_LIMITS,
  ) {
    const nextInstanceId = (): string => `codex-${(this.instanceCount += 1)}`;
    const starts = new Semaphore(limits.startsAtOnce);
    const history = new TransitionHistory();
    const context = { config, launcher, limits, logger, starts, nextInstanceId, history };
    this.groups = new GroupRegistry(context, config.maxSessions);
    this.housekeeping = new Housekeeping(this.groups, config, limits, logger);
    this.administration = new PoolAdministration(this.groups, config, history, logger);
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
  async lease({ threadId, spec, signal, tenant = NOBODY, onQueued, timeoutMs }: LeaseRequest): Promise<ThreadLease> {
    const opening = { threadId, spec: confined(spec, this.config.sandboxModeMax), signal };
    const request = { ...this.optionsOf(tenant, timeoutMs), onQueued };
    const onSlot = once(slotWaitSeconds.startTimer());
    return this.acquire(tenant, request, signal, (handle, options) =>
      handle.group.lease({ ...opening, options, onSlot, onReleased: () => handle.release() }),
    );
  }

  /** False when the tenant needs a group and all `MAX_SESSIONS` of them are in use, or promised to others. */
  admits(tenant: Tenant): boolean {
    return this.groups.admits(groupKeyOf(this.config.isolation, tenant));
  }

  /**
   * The newest turn of a thread with all its items, as codex has it on disk, without loading it. Null when codex has no
   * such thread, or the thread has had no turn.
   *
   * @throws PoolUnavailableError, InstanceLostError, RequestRefusedError, OutcomeUnknownError
   */
  async readLastTurn(threadId: string, tenant: Tenant = NOBODY): Promise<Turn | null> {
    return this.visit(
      tenant,
      (group, options) => group.readLastTurn(threadId, options),
      this.config.queueTimeoutSeconds,
    );
  }

  /**
   * Deletes codex's copies of a chat's threads, wherever they are loaded; resolves when there is none too. Under
   * `CODEX_ISOLATION=session` it ends the chat's process instead, which it may have before it has a thread: the chat's
   * folder can be removed then, with all in it.
   *
   * @throws PoolUnavailableError when no instance is there to ask in time, RequestRefusedError, OutcomeUnknownError: the
   * first of these, when all threads were tried
   */
  async forget(threadIds: readonly string[], tenant: Tenant = NOBODY): Promise<void> {
    const key = groupKeyOf(this.config.isolation, tenant);
    if (key.kind === 'session') return this.groups.endOf(key, 'its chat is deleted');
    const seconds = this.config.requestTimeoutSeconds;
    const deletions = threadIds.map((threadId) =>
      this.visit(tenant, (group, options) => group.deleteThread(threadId, options), seconds),
    );
    await allOf(deletions);
  }

  /**
   * Ends the commands that the agent has left running when its turn was over. None runs where the thread is not loaded.
   *
   * @throws InstanceLostError, RequestRefusedError, OutcomeUnknownError
   */
  async endCommands(threadId: string, tenant: Tenant = NOBODY): Promise<void> {
    await this.groups.find(groupKeyOf(this.config.isolation, tenant))?.endCommands(threadId);
  }

  status(): PoolStatus {
    const groups = this.groups.all.map((group) => group.status());
    const waiting = groups.reduce((sum, group) => sum + group.waiting, this.groups.waiting);
    return { instances: groups.flatMap(({ instances }) => instances), waiting, groups };
  }

  /** Uses a group until `use` has failed, or has released it. */
  private async acquire<T>(
    tenant: Tenant,
    options: AcquireOptions,
    signal: AbortSignal,
    use: (handle: GroupHandle, options: AcquireOptions) => Promise<T>,
  ): Promise<T> {
    const since = performance.now();
    const handle = await this.groups.acquire(groupKeyOf(this.config.isolation, tenant), signal, options);
    try {
      return await use(handle, withTimeLeft(options, since));
    } catch (error) {
      handle.release();
      throw error;
    }
  }

  /** Uses a group for one question, which may wait for its slot so long. */
  private visit<T>(
    tenant: Tenant,
    use: (group: Group, options: AcquireOptions) => Promise<T>,
    seconds: number,
  ): Promise<T> {
    return this.acquire(tenant, this.optionsOf(tenant, seconds * 1000), NEVER, async (handle, options) => {
      const result = await use(handle.group, options);
      handle.release();
      return result;
    });
  }

  private optionsOf(
    { userId }: Tenant,
    timeoutMs: number | null = this.config.queueTimeoutSeconds * 1000,
  ): AcquireOptions {
    return { userId, timeoutMs: timeoutMs ?? undefined };
  }
}

/** Waits until every one has settled. @throws what the first of those that failed threw */
async function allOf(works: readonly Promise<unknown>[]): Promise<void> {
  const failure = (await Promise.allSettled(works)).find(({ status }) => status === 'rejected');
  if (failure?.status === 'rejected') throw failure.reason;
}
