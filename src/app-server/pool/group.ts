import { now } from '../../common/clock';
import { ComponentLogger } from '../../common/logger';
import { Semaphore } from '../../common/semaphore';
import { PoolConfig, SelectionStrategyName } from '../../config/pool.config';
import { GroupKey, groupIdOf } from '../../runtime/group-key';
import type { ThreadBackgroundTerminal } from '../protocol/generated/v2/ThreadBackgroundTerminal';
import type { AgentProcess } from '../process/agent-process';
import { CommandLimits, THREAD_VARIABLE } from '../process/command-processes';
import { ProcessLauncher } from '../process/process-launcher';
import { Connection } from './connection';
import type { Transition } from './instance-lifecycle';
import { InstanceSet } from './instance-set';
import { PoolLimits } from './pool-limits';
import { OutsideInstructions } from './outside-instructions';
import { GroupStatus, ThreadStatus } from './pool-status';
import { InstanceLostError } from './pool.errors';
import { SelectionStrategy, selectionStrategy } from './selection-strategy';
import { Argv, ThreadLease } from './thread-lease';
import { ThreadLoader } from './thread-loader';
import { ThreadOpener } from './thread-opener';
import { ThreadOrigin, ThreadSettings, variablesOf } from './thread-spec';

/** What an administrator changes while the pool runs; the configuration says what it begins with. */
export interface PoolSettings {
  /** Instances of the shared group. */
  size: number;
  /** Chooses the instance of a thread that none has loaded. */
  selectionStrategy: SelectionStrategyName;
}

/** What the groups of a pool share. */
export interface GroupContext {
  readonly config: PoolConfig;
  readonly settings: Readonly<PoolSettings>;
  readonly launcher: ProcessLauncher;
  readonly opener: ThreadOpener;
  readonly limits: PoolLimits;
  readonly logger: ComponentLogger;
  /** Bounds the starts at once, over all groups. */
  readonly starts: Semaphore;
  readonly nextInstanceId: () => string;
  /** Called when what waits may find room. */
  readonly onChange: () => void;
  /** Called at each change of state of an instance. */
  readonly onTransition: (groupId: string, instanceId: string, transition: Transition) => void;
}

/** A thread to be opened for one turn. */
export interface ThreadRequest {
  /** Null: a new thread. */
  readonly threadId: string | null;
  /** What a new thread goes on from. */
  readonly from?: ThreadOrigin;
  readonly spec: ThreadSettings;
  readonly signal: AbortSignal;
  /** Called once when the lease has ended. */
  readonly onReleased: () => void;
}

/** The right to use a group, which is not evicted meanwhile. */
export class GroupHandle {
  private isHeld = true;

  constructor(
    readonly group: Group,
    private readonly onReleased: () => void,
  ) {}

  /** Idempotent. */
  release(): void {
    if (!this.isHeld) return;
    this.isHeld = false;
    this.onReleased();
  }
}

/** The app-servers that share one CODEX_HOME, and which of them runs which thread. */
export class Group {
  readonly id: string;
  readonly instances: InstanceSet;
  private readonly loader: ThreadLoader;
  private readonly outside: OutsideInstructions;
  private strategy: SelectionStrategy;
  private handles = 0;
  private lastUsed = { at: now(), monotonicMs: performance.now() };
  private hasStopped = false;

  constructor(
    readonly key: GroupKey,
    size: number,
    private readonly context: GroupContext,
  ) {
    const { config, settings, launcher, opener, limits, logger, starts, onChange, onTransition } = context;
    this.id = groupIdOf(key);
    // Processes that share a home start one after another: together they fail (2 of 128 were lost).
    const homeStarts = new Semaphore(1);
    this.instances = new InstanceSet({
      size,
      maxTurns: config.maxTurnsPerInstance,
      supervision: {
        limits,
        launch: launcher.launch.bind(launcher, key),
        stagger: (start) => homeStarts.run(() => starts.run(start)),
        onChange,
        onSilent: () => this.instances.all.forEach(({ connection }) => connection?.probeNow()),
      },
      nextId: context.nextInstanceId,
      onTransition: (instanceId, transition) => onTransition(this.id, instanceId, transition),
      logger,
    });
    this.strategy = selectionStrategy(settings.selectionStrategy);
    this.loader = new ThreadLoader(opener, limits.maxIdleThreads, logger);
    this.outside = new OutsideInstructions(logger);
  }

  /** At least one instance can take turns. */
  get ready(): boolean {
    return !this.hasStopped && this.instances.all.some(({ isReady }) => isReady);
  }

  /** It ends, and takes nothing any more. */
  get isStopping(): boolean {
    return this.hasStopped;
  }

  /** Somebody holds it: runs something in it, or waits for that. */
  get isInUse(): boolean {
    return this.handles > 0;
  }

  /** Milliseconds since its last use; 0 while it is in use. */
  get idleMs(): number {
    return this.isInUse ? 0 : performance.now() - this.lastUsed.monotonicMs;
  }

  acquire(): GroupHandle {
    this.use(1);
    return new GroupHandle(this, () => {
      this.use(-1);
      this.context.onChange();
    });
  }

  start(reason: string): Promise<void> {
    return this.instances.start(reason);
  }

  async stop(reason: string, graceMs: number): Promise<void> {
    this.hasStopped = true;
    this.context.onChange();
    await this.instances.stop(reason, graceMs);
  }

  /** Chooses instances for new threads by another strategy from now on. */
  select(name: SelectionStrategyName): void {
    this.strategy = selectionStrategy(name);
  }

  /**
   * Where a turn of this thread can run now: the instance that has it loaded, else the one that the strategy chooses; null
   * where there is no room.
   */
  findRoom(threadId: string | null): Connection | null {
    const [first, ...others] = this.instances.all.filter(({ hasRoom }) => hasRoom);
    if (first === undefined) return null;
    const holder = threadId === null ? undefined : this.instances.holderOf(threadId);
    if (holder?.isReady) return holder.hasRoom ? holder.connection : null;
    return this.strategy.choose([first, ...others]).connection;
  }

  /**
   * Loads the thread in the process of this connection.
   *
   * @throws the signal's reason, ThreadMissingError, InstanceLostError, RequestRefusedError, OutcomeUnknownError; Error of the
   * file system
   */
  async open(
    connection: Connection,
    { threadId, from, signal, onReleased, ...request }: ThreadRequest,
  ): Promise<ThreadLease> {
    const spec = await this.outside.keptFrom(request.spec, this.context.launcher.homesOf(this.key));
    const { thread, reader } = await (threadId === null
      ? this.loader.start(connection, spec, from)
      : this.loader.load(connection, threadId, spec, this.instances.holderOf(threadId)?.connection ?? null));
    const lease = new ThreadLease({
      thread,
      connection,
      reader,
      requestTimeoutMs: this.context.opener.timeoutMs,
      commands: this.context.launcher.commands,
      commandLimits: this.commandLimits,
      start: (argv) => this.startProgram(argv, thread.threadId, spec),
      onRelease: () => {
        this.loader.release(connection, thread.threadId);
        onReleased();
      },
      onAbandon: (reason) => this.instances.supervisorOf(connection)?.replace(reason),
    });
    if (signal.aborted) lease.release();
    signal.throwIfAborted();
    return lease;
  }

  /**
   * Deletes codex's copy of a thread, without a slot, where an instance runs that can be asked.
   *
   * @returns whether it was deleted; not so when no instance runs, or it was lost over it
   * @throws RequestRefusedError, OutcomeUnknownError
   */
  async deleteThread(threadId: string): Promise<boolean> {
    const instance = this.instances.holderOf(threadId) ?? this.instances.all.find(({ isReady }) => isReady);
    if (!instance?.connection) return false;
    try {
      await this.context.opener.delete(instance.connection, threadId);
      return true;
    } catch (error) {
      if (error instanceof InstanceLostError) return false;
      throw error;
    }
  }

  /** Like AppServerPool.endCommands, within this group. */
  async endCommands(threadId: string): Promise<void> {
    const connection = this.instances.holderOf(threadId)?.connection;
    if (connection) await this.context.opener.endCommands(connection, threadId);
  }

  /** Like AppServerPool.terminals, within this group. */
  async terminals(threadId: string): Promise<readonly ThreadBackgroundTerminal[]> {
    const connection = this.instances.holderOf(threadId)?.connection;
    return connection ? this.context.opener.terminals(connection, threadId) : [];
  }

  /** Like AppServerPool.endTerminal, within this group. */
  async endTerminal(threadId: string, processId: string): Promise<boolean> {
    const connection = this.instances.holderOf(threadId)?.connection;
    return connection ? this.context.opener.endTerminal(connection, threadId, processId) : false;
  }

  /** Like AppServerPool.unload, within this group. */
  async unload(threadId: string): Promise<boolean> {
    const connection = this.instances.holderOf(threadId)?.connection;
    return connection ? this.loader.takeOut(connection, threadId) : false;
  }

  /** Unloads the threads that were not used for so long. */
  unloadIdleThreads(idleMs: number): void {
    for (const { connection } of this.instances.all) {
      if (connection !== null) this.loader.unloadIdle(connection, idleMs);
    }
  }

  /** @param waiting turns that wait for one of its instances */
  status(waiting: number): GroupStatus {
    const instances = this.instances.all.map((instance) => instance.status());
    return { id: this.id, key: this.key, waiting, lastUsedAt: this.lastUsed.at, instances };
  }

  threads(): ThreadStatus[] {
    return this.instances.all.flatMap(({ id: instanceId, connection }) =>
      (connection?.threads.list() ?? []).map((thread) => ({ ...thread, instanceId, groupId: this.id })),
    );
  }

  /** As a command of the thread, by whose id its processes are found. */
  private startProgram(argv: Argv, threadId: string, spec: ThreadSettings): AgentProcess {
    const { cwd: workspace, sandbox: sandboxMode, networkAccess = false } = spec;
    const variables = { ...variablesOf(spec), [THREAD_VARIABLE]: threadId };
    const reach = { sandboxMode, networkAccess };
    return this.context.launcher.run({ argv, workspace, ...reach, group: this.key, variables });
  }

  private get commandLimits(): CommandLimits {
    const { backgroundCommandsPerChat: perThread, backgroundCommands: total } = this.context.config;
    return { perThread, total };
  }

  private use(change: 1 | -1): void {
    this.handles += change;
    this.lastUsed = { at: now(), monotonicMs: performance.now() };
  }
}
