import { ComponentLogger } from '../../common/logger';
import { PoolConfig } from '../../config/pool.config';
import { SHARED } from '../../runtime/group-key';
import { ProcessLauncher } from '../process/process-launcher';
import type { Turn } from '../protocol/generated/v2/Turn';
import { GroupRegistry } from './group-registry';
import { Housekeeping } from './housekeeping';
import { InstanceGroup } from './instance-group';
import { PoolAdministration } from './pool-administration';
import { POOL_LIMITS, PoolLimits } from './pool-limits';
import { PoolStatus } from './pool-status';
import { PoolUnavailableError } from './pool.errors';
import { StartTurnstile } from './start-turnstile';
import { groupKeyOf, NOBODY, Tenant } from './tenant';
import { ThreadLease } from './thread-lease';
import { ThreadSpec } from './thread-spec';
import { TransitionHistory } from './transition-history';
import { Ticket } from './turn-queue';

export type { PoolStatus } from './pool-status';
export type { Tenant } from './tenant';
export type { ThreadSpec } from './thread-spec';

export interface LeaseRequest {
  /** Null: a new thread. */
  readonly threadId: string | null;
  readonly spec: ThreadSpec;
  /** Ends the wait for a place. */
  readonly signal: AbortSignal;
  /** Whom the turn is for: the users are served in turn, and `CODEX_ISOLATION` separates them. */
  readonly tenant?: Tenant;
  /** Told when the turn has to wait, and when that has changed: how many are served before it. Must not throw. */
  readonly onQueued?: (position: number) => void;
  /** Longest wait for a place, `CODEX_QUEUE_TIMEOUT_SECONDS` by default; null: as long as the signal allows. */
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
    const starts = new StartTurnstile(limits.startsAtOnce);
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
   * Waits for a place on the instance that has the thread loaded, else on one that the strategy chooses, and loads the
   * thread there. Ends by the deadline of the wait and, once there is a place, that of the requests.
   *
   * @throws the signal's reason, PoolUnavailableError, ThreadMissingError, InstanceLostError, RequestRefusedError,
   * OutcomeUnknownError
   */
  async lease({ threadId, spec, signal, tenant = NOBODY, onQueued, timeoutMs }: LeaseRequest): Promise<ThreadLease> {
    const request = { threadId, spec, signal, ticket: { ...this.ticketOf(tenant, timeoutMs), onQueued } };
    for (;;) {
      const group = await this.groupOf(tenant);
      try {
        return await group.lease(request);
      } catch (error) {
        // The group has made room for another one before it was used; there may be a new one now.
        const isGone = error instanceof PoolUnavailableError && error.reason === 'stopping';
        if (!isGone || this.phase === 'stopping') throw error;
      }
    }
  }

  /** False when the tenant needs a group and `MAX_SESSIONS` of them are all in use. */
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
    const group = await this.groupOf(tenant);
    return group.readLastTurn(threadId, this.ticketOf(tenant));
  }

  /**
   * Deletes codex's copy of a thread, wherever it is loaded; resolves when there is none too. Under
   * `CODEX_ISOLATION=session` it ends the chat's process instead: the chat's folder can be removed then, with all in it.
   *
   * @throws PoolUnavailableError when no instance is there to ask in time, RequestRefusedError, OutcomeUnknownError
   */
  async deleteThread(threadId: string, tenant: Tenant = NOBODY): Promise<void> {
    const key = groupKeyOf(this.config.isolation, tenant);
    const existing = this.groups.find(key);
    if (key.kind !== 'session') {
      const group = existing ?? (await this.groupOf(tenant));
      await group.deleteThread(threadId, tenant.userId);
    } else if (existing !== undefined) await this.groups.end(existing, 'its chat is deleted');
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
    const waiting = groups.reduce((sum, group) => sum + group.waiting, 0);
    return { instances: groups.flatMap(({ instances }) => instances), waiting, groups };
  }

  private async groupOf(tenant: Tenant): Promise<InstanceGroup> {
    const group = await this.groups.obtain(groupKeyOf(this.config.isolation, tenant));
    if (this.phase === 'stopping') throw new PoolUnavailableError('stopping');
    return group;
  }

  private ticketOf({ userId }: Tenant, timeoutMs: number | null = this.config.queueTimeoutSeconds * 1000): Ticket {
    return { userId, timeoutMs: timeoutMs ?? undefined };
  }
}
