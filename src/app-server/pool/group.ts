import { now } from '../../common/clock';
import { ComponentLogger } from '../../common/logger';
import { PoolConfig, SelectionStrategyName } from '../../config/pool.config';
import { GroupKey, groupIdOf } from '../../runtime/group-key';
import { ProcessLauncher } from '../process/process-launcher';
import type { Turn } from '../protocol/generated/v2/Turn';
import { Connection } from './connection';
import { PoolLimits } from './pool-limits';
import { GroupStatus, ThreadStatus } from './pool-status';
import { InstanceLostError, PoolUnavailableError } from './pool.errors';
import { InstanceSet } from './instance-set';
import { SelectionStrategy, selectionStrategy } from './selection-strategy';
import { Semaphore } from '../../common/semaphore';
import { ThreadLease } from './thread-lease';
import { ThreadLoader } from './thread-loader';
import { ThreadOpener } from './thread-opener';
import { ThreadSpec } from './thread-spec';
import { TransitionHistory } from './transition-history';
import { TurnSlot } from './turn-slot';
import { AcquireOptions, AcquireQueue, withTimeLeft } from './acquire-queue';

/** Crashes while a thread is opened after which the thread is taken for their cause. */
const MAX_CRASHES = 3;
/** A wait that nobody ends. */
export const NEVER = new AbortController().signal;

/** What the groups of a pool share. */
export interface GroupContext {
  readonly config: PoolConfig;
  readonly launcher: ProcessLauncher;
  readonly limits: PoolLimits;
  readonly logger: ComponentLogger;
  /** Bounds the starts at once, over all groups. */
  readonly starts: Semaphore;
  readonly nextInstanceId: () => string;
  readonly history: TransitionHistory;
}

export interface GroupLeaseRequest {
  readonly threadId: string | null;
  readonly spec: ThreadSpec;
  readonly signal: AbortSignal;
  readonly options: AcquireOptions;
  /** Called when it has a slot, and again when it has another because the first was lost. */
  readonly onSlot: () => void;
  /** Called once when the lease has ended. */
  readonly onReleased: () => void;
}

/** The app-servers that share one CODEX_HOME, and which of them runs which thread. */
export class Group {
  readonly id: string;
  readonly instances: InstanceSet;
  private readonly queue: AcquireQueue<string | null, TurnSlot>;
  private readonly opener: ThreadOpener;
  private readonly loader: ThreadLoader;
  private strategy: SelectionStrategy;
  private uses = 0;
  private lastUsed = { at: now(), monotonicMs: performance.now() };
  private isStopping = false;

  constructor(
    readonly key: GroupKey,
    size: number,
    { config, launcher, limits, logger, starts, nextInstanceId: nextId, history }: GroupContext,
  ) {
    this.id = groupIdOf(key);
    // Processes that share a home start one after another: together they fail (2 of 128 were lost).
    const homeStarts = new Semaphore(1);
    const supervision = {
      limits,
      launch: launcher.launch.bind(launcher, key),
      stagger: (start: () => Promise<void>) => homeStarts.run(() => starts.run(start)),
      onChange: () => this.queue.dispatch(),
      onSilent: () => this.instances.all.forEach(({ connection }) => connection?.probeNow()),
    };
    const maxTurns = config.maxTurnsPerInstance;
    this.queue = new AcquireQueue((threadId) => this.slotFor(threadId), config.turnQueueSize);
    const onTransition = history.record.bind(history, this.id);
    this.instances = new InstanceSet({ size, maxTurns, supervision, nextId, onTransition, logger });
    this.strategy = selectionStrategy(config.selectionStrategy);
    this.opener = new ThreadOpener(config.requestTimeoutSeconds * 1000);
    this.loader = new ThreadLoader(this.opener, limits.maxIdleThreads, logger);
  }

  /** At least one instance can take turns. */
  get ready(): boolean {
    return !this.isStopping && this.instances.all.some(({ isReady }) => isReady);
  }

  /** Somebody runs or waits for something in it, and has not released it yet. */
  get isInUse(): boolean {
    return this.uses > 0;
  }

  /** Milliseconds since its last use; 0 while it is in use. */
  get idleMs(): number {
    return this.isInUse ? 0 : performance.now() - this.lastUsed.monotonicMs;
  }

  /** Another use of it begins; to be followed by `release`. */
  acquire(): void {
    this.uses += 1;
    this.touch();
  }

  release(): void {
    this.uses -= 1;
    this.touch();
  }

  start(reason: string): Promise<void> {
    return this.instances.start(reason);
  }

  async stop(reason: string, graceMs: number): Promise<void> {
    this.isStopping = true;
    this.queue.rejectAll(new PoolUnavailableError('stopping'));
    await this.instances.stop(reason, graceMs);
  }

  /** Chooses instances for new threads by another strategy from now on. */
  select(name: SelectionStrategyName): void {
    this.strategy = selectionStrategy(name);
  }

  /** Like AppServerPool.lease, within this group. */
  lease(request: GroupLeaseRequest): Promise<ThreadLease> {
    return this.withSlot(request, (slot) => {
      request.onSlot();
      return this.open(slot, request);
    });
  }

  /** Like AppServerPool.readLastTurn, within this group. */
  readLastTurn(threadId: string, options: AcquireOptions): Promise<Turn | null> {
    return this.withSlot({ threadId: null, signal: NEVER, options }, async (slot) => {
      const turn = await this.opener.lastTurn(slot.connection, threadId);
      slot.release();
      return turn;
    });
  }

  /** Deletes codex's copy of a thread; an instance that is lost over it leaves it to another. */
  async deleteThread(threadId: string, options: AcquireOptions): Promise<void> {
    const instance = this.instances.holderOf(threadId) ?? this.instances.all.find(({ isReady }) => isReady);
    try {
      if (instance?.connection) return await this.opener.delete(instance.connection, threadId);
    } catch (error) {
      if (!(error instanceof InstanceLostError)) throw error;
    }
    await this.withSlot({ threadId: null, signal: NEVER, options }, async (slot) => {
      await this.opener.delete(slot.connection, threadId);
      slot.release();
    });
  }

  /** Like AppServerPool.endCommands, within this group. */
  async endCommands(threadId: string): Promise<void> {
    const connection = this.instances.holderOf(threadId)?.connection;
    if (connection) await this.opener.endCommands(connection, threadId);
  }

  /** Unloads the threads that were not used for so long. */
  unloadIdleThreads(idleMs: number): void {
    for (const { connection } of this.instances.all)
      if (connection !== null) this.loader.unloadIdle(connection, idleMs);
  }

  status(): GroupStatus {
    const instances = this.instances.all.map((instance) => instance.status());
    return { id: this.id, key: this.key, waiting: this.queue.length, lastUsedAt: this.lastUsed.at, instances };
  }

  threads(): ThreadStatus[] {
    return this.instances.all.flatMap(({ id: instanceId, connection }) =>
      (connection?.threads.list() ?? []).map((thread) => ({ ...thread, instanceId, groupId: this.id })),
    );
  }

  /** A slot where a turn of this thread can run now. */
  private slotFor(threadId: string | null): TurnSlot | null {
    const connection = this.findRoom(threadId);
    return connection === null ? null : new TurnSlot(connection, () => this.queue.dispatch());
  }

  private findRoom(threadId: string | null): Connection | null {
    const [first, ...others] = this.instances.all.filter(({ hasRoom }) => hasRoom);
    if (first === undefined) return null;
    const holder = threadId === null ? undefined : this.instances.holderOf(threadId);
    if (holder?.isReady) return holder.hasRoom ? holder.connection : null;
    return this.strategy.choose([first, ...others]).connection;
  }

  /**
   * Nothing ran yet when an instance is lost here, so another one may do it instead, until the deadline of the wait. One
   * that has fallen silent is no fault of the thread; one that has crashed may be.
   */
  private async withSlot<T>(
    { threadId, signal, options }: Pick<GroupLeaseRequest, 'threadId' | 'signal' | 'options'>,
    use: (slot: TurnSlot) => Promise<T>,
  ): Promise<T> {
    const since = performance.now();
    for (let crashes = 0; ;) {
      if (this.isStopping) throw new PoolUnavailableError('stopping');
      const slot = await this.queue.acquire(threadId, signal, withTimeLeft(options, since));
      try {
        return await use(slot);
      } catch (error) {
        slot.release();
        if (!(error instanceof InstanceLostError)) throw error;
        if (!slot.connection.wasKilled) crashes += 1;
        if (crashes === MAX_CRASHES) throw error;
      }
    }
  }

  private async open(slot: TurnSlot, { threadId, spec, signal, onReleased }: GroupLeaseRequest): Promise<ThreadLease> {
    const { connection } = slot;
    const { thread, reader } = await (threadId === null
      ? this.loader.start(connection, spec)
      : this.loader.load(connection, threadId, spec, this.instances.holderOf(threadId)?.connection ?? null));
    const lease = new ThreadLease({
      thread,
      slot,
      reader,
      requestTimeoutMs: this.opener.timeoutMs,
      onRelease: () => {
        this.loader.release(connection, thread.threadId);
        slot.release();
        onReleased();
      },
      onAbandon: (reason) => this.instances.supervisorOf(connection)?.replace(reason),
    });
    if (signal.aborted) lease.release();
    signal.throwIfAborted();
    return lease;
  }

  private touch(): void {
    this.lastUsed = { at: now(), monotonicMs: performance.now() };
  }
}
