import { setTimeout as sleep } from 'node:timers/promises';
import { backoffDelayMs } from '../../common/backoff';
import { messageOf } from '../../common/domain.error';
import { AppServerProcess, ProcessListener } from '../process/app-server-process';
import { describeExit, ProcessExit } from '../process/process-exit';
import { Connection } from './connection';
import { Instance } from './instance';
import { InstanceState } from './instance-lifecycle';
import { instanceRestarts, RestartCause } from './pool-metrics';
import { PoolLimits } from './pool-limits';
import { InstanceStateError } from './pool.errors';

/** What the supervisors of a group share. */
export interface SupervisorContext {
  readonly limits: PoolLimits;
  /** Starts a process for the instance. */
  readonly launch: (instanceId: string, listener: ProcessListener) => AppServerProcess;
  /** Runs a start when it is its turn. */
  readonly stagger: (start: () => Promise<void>) => Promise<void>;
  /** Called when turns that wait may find another slot than before. */
  readonly onChange: () => void;
  /** Called when an instance was killed because it said nothing: the same may have befallen the others. */
  readonly onSilent: () => void;
}

/** Counts crashes within a sliding window: a supervisor's restart intensity. */
export class CrashHistory {
  private times: number[] = [];

  constructor(
    private readonly maximum: number,
    private readonly windowMs: number,
  ) {}

  /** @param atMs on a clock that does not jump */
  record(atMs: number): void {
    this.times = [...this.times.filter((time) => atMs - time < this.windowMs), atMs];
  }

  /** Crashes in the window that ended with the last one. */
  get count(): number {
    return this.times.length;
  }

  get isExceeded(): boolean {
    return this.times.length >= this.maximum;
  }

  clear(): void {
    this.times = [];
  }
}

/** States in which it serves, or will within seconds. */
const SERVING_STATES: ReadonlySet<InstanceState> = new Set(['starting', 'ready', 'backing-off']);

/** States without a process, from which one can be started. */
const IDLE_STATES: ReadonlySet<InstanceState> = new Set(['stopped', 'backing-off', 'quarantined']);

/** Keeps one instance alive, and is the only one that changes its state. */
export class InstanceSupervisor {
  private readonly crashes: CrashHistory;
  private timer: NodeJS.Timeout | undefined;
  private isStopping = false;
  /** Resolves when nothing is left of its processes that have ended. */
  private cleared: Promise<unknown> = Promise.resolve();
  /** Why its process is being ended. */
  private endReason: string | undefined;

  /** @param isLast tells whether no other instance of the group serves */
  constructor(
    readonly instance: Instance,
    private readonly context: SupervisorContext,
    private readonly isLast: () => boolean,
  ) {
    this.crashes = new CrashHistory(context.limits.maxCrashes, context.limits.crashWindowMs);
  }

  /** It ends for good, and has no place in the group any more. */
  get isLeaving(): boolean {
    return this.isStopping;
  }

  /** It takes turns, or will within seconds. */
  get serves(): boolean {
    return !this.isStopping && SERVING_STATES.has(this.instance.lifecycle.state);
  }

  /** It runs and takes turns. */
  get canDrain(): boolean {
    return !this.isStopping && this.instance.isReady;
  }

  /** No process runs, and one may be started. */
  get canRestart(): boolean {
    return !this.isStopping && IDLE_STATES.has(this.instance.lifecycle.state);
  }

  /** Resolves when the first start was tried; a start that failed is tried again later. */
  start(reason: string): Promise<void> {
    return this.context.stagger(() => this.launch(reason));
  }

  /** A turn of it hangs: starts another process, not waited for, with a grace time for the other turns. */
  replace(reason: string): void {
    if (!this.instance.isReady || this.isStopping) return;
    this.recycle(reason, 'hung_turn', this.context.limits.recycleGraceMs).catch((error: unknown) => {
      this.instance.logger.error({ err: error }, 'an app-server could not be replaced');
    });
  }

  /** Lets the turns end and starts another process in its place. Resolves when that was tried. */
  async recycle(reason: string, cause: RestartCause, graceMs = this.context.limits.drainGraceMs): Promise<void> {
    await this.drain(reason, graceMs);
    await this.restart(reason, cause);
  }

  /**
   * Lets the turns end and ends the process, which stays so until `restart`.
   *
   * @throws InstanceStateError when it does not run
   */
  async suspend(reason: string): Promise<void> {
    if (!this.instance.isReady) throw new InstanceStateError(this.instance.id, this.instance.lifecycle.state);
    await this.drain(reason, this.context.limits.drainGraceMs);
  }

  /**
   * Starts a process where none runs, whatever it waits for.
   *
   * @throws InstanceStateError when one runs
   */
  async restart(reason: string, cause: RestartCause): Promise<void> {
    if (this.isStopping) return;
    const { state } = this.instance.lifecycle;
    if (!IDLE_STATES.has(state)) throw new InstanceStateError(this.instance.id, state);
    this.cancelRetry();
    if (cause === 'admin') this.crashes.clear();
    await this.context.stagger(() => this.launch(reason, cause));
  }

  /** Lets turns end, at most for `graceMs`, and ends the process for good. Resolves when nothing of it is left. */
  async stop(reason: string, graceMs: number): Promise<void> {
    this.isStopping = true;
    this.cancelRetry();
    const { lifecycle, connection } = this.instance;
    if (lifecycle.state === 'ready') return this.drain(reason, graceMs);
    this.endReason ??= reason;
    if (connection !== null) await this.end(connection, lifecycle.state === 'draining' ? graceMs : 0);
    await this.cleared;
    if (IDLE_STATES.has(lifecycle.state) && lifecycle.state !== 'stopped') lifecycle.to('stopped', reason);
  }

  private async launch(reason: string, cause?: RestartCause): Promise<void> {
    const { instance, context } = this;
    // While the start waited for its turn, another one may have come before it.
    if (this.isStopping || !IDLE_STATES.has(instance.lifecycle.state)) return;
    // That other one may have crashed, too.
    this.cancelRetry();
    instance.lifecycle.to('starting', reason);
    instance.starts += 1;
    this.endReason = undefined;
    if (cause !== undefined) instanceRestarts.inc({ cause });
    try {
      const launch = (listener: ProcessListener) => context.launch(instance.id, listener);
      instance.connection = new Connection(instance.id, launch, instance.logger, context.limits.silence);
    } catch (error) {
      return this.onCrash(`not started: ${messageOf(error)}`, 'crash');
    }
    await this.initialize(instance.connection);
  }

  private async initialize(connection: Connection): Promise<void> {
    const { instance, context } = this;
    const settled = connection.process.ended.then((exit) => this.onExit(connection, exit));
    settled.catch((error: unknown) =>
      instance.logger.error({ err: error }, 'the end of an app-server was not handled'),
    );
    try {
      await connection.initialize(context.limits.initializeTimeoutMs);
      if (this.isStopping || connection.loss !== null) return;
      instance.lifecycle.to('ready', 'initialized');
      context.onChange();
    } catch (error) {
      instance.logger.warn({ err: error }, `the app-server did not start: ${messageOf(error)}`);
      connection.process.kill();
      await settled;
    }
  }

  private async drain(reason: string, graceMs: number): Promise<void> {
    const { lifecycle, connection } = this.instance;
    this.endReason = reason;
    lifecycle.to('draining', reason);
    this.context.onChange();
    if (connection !== null) await this.end(connection, graceMs);
  }

  private async end(connection: Connection, graceMs: number): Promise<void> {
    const timeout = new AbortController();
    const grace = sleep(graceMs, undefined, timeout).catch(() => undefined);
    await Promise.race([connection.whenIdle(), connection.process.ended, grace]);
    timeout.abort();
    await connection.process.stop(this.context.limits.stopGraceMs);
  }

  private onExit(connection: Connection, exit: ProcessExit): void {
    const { instance } = this;
    if (instance.connection !== connection) return;
    instance.connection = null;
    this.cleared = Promise.all([this.cleared, connection.process.exited]);
    instance.lastExit = describeExit(exit);
    if (connection.wasKilled) this.context.onSilent();
    const isExpected = instance.lifecycle.state === 'draining' || this.isStopping;
    if (isExpected)
      instance.lifecycle.to('stopped', `${this.endReason ?? 'it was asked to end'}: ${instance.lastExit}`);
    else this.onCrash(connection.loss?.reason ?? instance.lastExit, connection.wasKilled ? 'silence' : 'crash');
  }

  private onCrash(reason: string, cause: RestartCause): void {
    const { limits, onChange } = this.context;
    this.crashes.record(performance.now());
    if (this.crashes.isExceeded) {
      this.instance.lifecycle.to('quarantined', `${this.crashes.count} crashes, the last: ${reason}`);
      this.crashes.clear();
      const restMs = this.isLast() ? limits.lastQuarantineMs : limits.quarantineMs;
      this.restartIn(restMs, 'quarantine is over', 'quarantine_over');
    } else {
      this.instance.lifecycle.to('backing-off', reason);
      this.restartIn(this.restartDelayMs, 'restart after a crash', cause);
    }
    onChange();
  }

  /** A crash that comes alone costs no more than the start; only those that follow soon wait, longer and longer. */
  private get restartDelayMs(): number {
    const { count } = this.crashes;
    return count <= 1 ? 0 : backoffDelayMs(count - 2, this.context.limits.restartBackoff);
  }

  private restartIn(delayMs: number, reason: string, cause: RestartCause): void {
    this.instance.retryAt = new Date(Date.now() + delayMs).toISOString();
    this.timer = setTimeout(() => {
      this.restart(reason, cause).catch((error: unknown) =>
        this.instance.logger.error({ err: error }, 'an app-server could not be restarted'),
      );
    }, delayMs);
  }

  private cancelRetry(): void {
    clearTimeout(this.timer);
    this.instance.retryAt = null;
  }
}
