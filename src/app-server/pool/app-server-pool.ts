import { ComponentLogger } from '../../common/logger';
import { PoolConfig } from '../../config/pool.config';
import { ProcessLauncher } from '../process/process-launcher';
import { AppServerSession } from './app-server-session';
import { Instance, InstanceStatus } from './instance';
import { InstanceSupervisor } from './instance-supervisor';
import { POOL_LIMITS, PoolLimits } from './pool-limits';
import { InstanceLostError, PoolUnavailableError } from './pool.errors';
import { SelectionStrategy, selectionStrategy } from './selection-strategy';
import { StartTurnstile } from './start-turnstile';
import { ThreadLease } from './thread-lease';
import { ThreadLoader } from './thread-loader';
import { ThreadOpener } from './thread-opener';
import { ThreadSpec } from './thread-spec';
import { Placement, TurnPlace, TurnQueue } from './turn-queue';

export type { ThreadSpec } from './thread-spec';

/** Instances that are tried when one after the other dies while it opens a thread. */
const MAX_OPENINGS = 3;

export interface LeaseRequest {
  /** Null: a new thread. */
  readonly threadId: string | null;
  readonly spec: ThreadSpec;
  /** Ends the wait for a place. */
  readonly signal: AbortSignal;
}

export interface PoolStatus {
  readonly instances: InstanceStatus[];
  /** Turns that wait for a place. */
  readonly waiting: number;
}

/** The app-servers of one group, and which of them runs which thread. */
export class AppServerPool implements Placement {
  private readonly supervisors: InstanceSupervisor[];
  private readonly strategy: SelectionStrategy;
  private readonly queue: TurnQueue;
  private readonly opener: ThreadOpener;
  private readonly loader: ThreadLoader;
  private isStopping = false;

  constructor(
    config: PoolConfig,
    private readonly launcher: ProcessLauncher,
    logger: ComponentLogger,
    limits: PoolLimits = POOL_LIMITS,
  ) {
    const onChange = (): void => this.queue.dispatch();
    const context = { launcher, limits, turnstile: new StartTurnstile(), onChange };
    const ids = Array.from({ length: config.size }, (_, index) => `codex-${index + 1}`);
    this.supervisors = ids.map((id) => {
      const instance = new Instance(id, config.maxTurnsPerInstance, logger.child({ instance: id }));
      return new InstanceSupervisor(instance, context);
    });
    this.strategy = selectionStrategy(config.selectionStrategy);
    this.queue = new TurnQueue(this, config.turnQueueSize);
    this.opener = new ThreadOpener(config.requestTimeoutSeconds * 1000);
    this.loader = new ThreadLoader(this.opener, limits.maxIdleThreads, logger);
  }

  /** At least one instance can take turns. */
  get ready(): boolean {
    return !this.isStopping && this.instances.some(({ isReady }) => isReady);
  }

  /** Starts the instances one after another; resolves when each was tried. One that failed is tried again later. */
  async start(): Promise<void> {
    await Promise.all(this.supervisors.map((supervisor) => supervisor.start()));
  }

  /** Takes no new turns, gives the running ones `graceMs` to end, and ends every process. */
  async stop({ graceMs }: { graceMs: number }): Promise<void> {
    this.isStopping = true;
    this.queue.rejectAll(new PoolUnavailableError('stopping'));
    await Promise.all(this.supervisors.map((supervisor) => supervisor.stop(graceMs)));
    await this.launcher.close();
  }

  /**
   * Waits for a place on the instance that has the thread loaded, else on one that the strategy chooses, and loads the
   * thread there.
   *
   * @throws the signal's reason, PoolUnavailableError, ThreadMissingError, InstanceLostError, RequestRefusedError,
   * OutcomeUnknownError
   */
  async lease(request: LeaseRequest): Promise<ThreadLease> {
    for (let opening = 1; ; opening += 1) {
      if (this.isStopping) throw new PoolUnavailableError('stopping');
      const place = await this.queue.take(request.threadId, request.signal);
      try {
        return await this.open(place, request);
      } catch (error) {
        place.giveBack();
        // Nothing ran yet, so another instance may open the thread instead.
        if (!(error instanceof InstanceLostError) || opening === MAX_OPENINGS) throw error;
      }
    }
  }

  /**
   * Deletes codex's copy of a thread, wherever it is loaded; resolves when there is none too.
   *
   * @throws PoolUnavailableError when no instance is there to ask, RequestRefusedError, OutcomeUnknownError
   */
  async deleteThread(threadId: string): Promise<void> {
    const instance = this.holderOf(threadId) ?? this.instances.find(({ isReady }) => isReady);
    if (!instance?.session) throw new PoolUnavailableError('no-instance');
    await this.opener.delete(instance.session, threadId);
  }

  status(): PoolStatus {
    return { instances: this.instances.map((instance) => instance.status()), waiting: this.queue.length };
  }

  private get instances(): Instance[] {
    return this.supervisors.map(({ instance }) => instance);
  }

  private supervisorOf(session: AppServerSession): InstanceSupervisor | undefined {
    return this.supervisors.find(({ instance }) => instance.session === session);
  }

  private holderOf(threadId: string): Instance | undefined {
    return this.instances.find((instance) => instance.holds(threadId));
  }

  /** @internal for the queue: some instance can take another turn. */
  get hasRoom(): boolean {
    return this.instances.some(({ hasRoom }) => hasRoom);
  }

  /** @internal for the queue: the process that can take a turn of this thread now. */
  findRoom(threadId: string | null): AppServerSession | null {
    const holder = threadId === null ? undefined : this.holderOf(threadId);
    if (holder?.isReady) return holder.hasRoom ? holder.session : null;
    const [first, ...others] = this.instances.filter(({ hasRoom }) => hasRoom);
    return first === undefined ? null : this.strategy.choose([first, ...others]).session;
  }

  private async open(place: TurnPlace, { threadId, spec, signal }: LeaseRequest): Promise<ThreadLease> {
    const { session } = place;
    const { thread, reader } = await (threadId === null
      ? this.loader.start(session, spec)
      : this.loader.load(session, threadId, spec, this.holderOf(threadId)?.session ?? null));
    const lease = new ThreadLease({
      thread,
      place,
      reader,
      requestTimeoutMs: this.opener.timeoutMs,
      onRelease: () => this.release(place, thread.threadId),
      onAbandon: (reason) => this.supervisorOf(session)?.replace(reason),
    });
    if (signal.aborted) lease.release();
    signal.throwIfAborted();
    return lease;
  }

  private release(place: TurnPlace, threadId: string): void {
    this.loader.release(place.session, threadId);
    place.giveBack();
  }
}
