import { setTimeout as sleep } from 'node:timers/promises';
import { backoffDelayMs } from '../../common/backoff';
import { messageOf } from '../../common/domain.error';
import { describeExit, ProcessExit } from '../process/process-exit';
import { ProcessLauncher } from '../process/process-launcher';
import { AppServerSession } from './app-server-session';
import { CrashHistory } from './crash-history';
import { Instance } from './instance';
import { PoolLimits } from './pool-limits';
import { StartTurnstile } from './start-turnstile';

/** What the supervisors of a pool share. */
export interface SupervisorContext {
  readonly launcher: ProcessLauncher;
  readonly limits: PoolLimits;
  readonly turnstile: StartTurnstile;
  /** Called when turns that wait may find another place than before. */
  readonly onChange: () => void;
}

/** Keeps one instance alive, and is the only one that changes its state. */
export class InstanceSupervisor {
  private readonly crashes: CrashHistory;
  private timer: NodeJS.Timeout | undefined;
  private isStopping = false;

  constructor(
    readonly instance: Instance,
    private readonly context: SupervisorContext,
  ) {
    this.crashes = new CrashHistory(context.limits.maxCrashes, context.limits.crashWindowMs);
  }

  /** Resolves when the first start was tried; a start that failed is tried again later. */
  start(): Promise<void> {
    return this.context.turnstile.pass(() => this.launch('the pool starts'));
  }

  /** Ends the process and starts another, not waited for. The turns that it runs get a grace time to end. */
  replace(reason: string): void {
    this.recycle(reason).catch((error: unknown) => {
      this.instance.logger.error({ err: error }, 'an app-server could not be replaced');
    });
  }

  /** Lets turns end, at most for `graceMs`, and ends the process. Resolves when nothing of it is left. */
  async stop(graceMs: number): Promise<void> {
    this.isStopping = true;
    clearTimeout(this.timer);
    const { lifecycle, session } = this.instance;
    if (lifecycle.state === 'ready') return this.drain('the pool stops', graceMs);
    if (session !== null) await session.process.stop(this.context.limits.stopGraceMs);
    if (lifecycle.state !== 'stopped' && lifecycle.state !== 'draining') lifecycle.to('stopped', 'the pool stops');
  }

  private async recycle(reason: string): Promise<void> {
    if (!this.instance.isReady || this.isStopping) return;
    const { recycleGraceMs } = this.context.limits;
    await this.drain(reason, recycleGraceMs);
    if (!this.isStopping) await this.context.turnstile.pass(() => this.launch(`recycled: ${reason}`));
  }

  private async launch(reason: string): Promise<void> {
    if (this.isStopping) return;
    const { instance, context } = this;
    instance.lifecycle.to('starting', reason);
    instance.starts += 1;
    try {
      const onSilence = (cause: string): void => this.replace(cause);
      instance.session = new AppServerSession(instance.id, context.launcher, instance.logger, onSilence);
    } catch (error) {
      return this.onCrash(`not started: ${messageOf(error)}`);
    }
    await this.initialize(instance.session);
  }

  private async initialize(session: AppServerSession): Promise<void> {
    const { instance, context } = this;
    const settled = session.process.exited.then((exit) => this.onExit(session, exit));
    settled.catch((error: unknown) =>
      instance.logger.error({ err: error }, 'the end of an app-server was not handled'),
    );
    try {
      await session.process.initialize(context.limits.initializeTimeoutMs);
      if (this.isStopping) return;
      instance.lifecycle.to('ready', 'initialized');
      context.onChange();
    } catch (error) {
      instance.logger.warn({ err: error }, `the app-server did not start: ${messageOf(error)}`);
      session.process.kill();
      await settled;
    }
  }

  private async drain(reason: string, graceMs: number): Promise<void> {
    const { lifecycle, session } = this.instance;
    lifecycle.to('draining', reason);
    this.context.onChange();
    if (session === null) return;
    const patience = new AbortController();
    await Promise.race([session.whenIdle(), sleep(graceMs, undefined, patience).catch(() => undefined)]);
    patience.abort();
    await session.process.stop(this.context.limits.stopGraceMs);
  }

  private onExit(session: AppServerSession, exit: ProcessExit): void {
    const { instance } = this;
    if (instance.session !== session) return;
    instance.session = null;
    instance.lastExit = describeExit(exit);
    const isExpected = instance.lifecycle.state === 'draining' || this.isStopping;
    if (isExpected) instance.lifecycle.to('stopped', instance.lastExit);
    else this.onCrash(instance.lastExit);
  }

  private onCrash(reason: string): void {
    const { limits, onChange } = this.context;
    this.crashes.record(performance.now());
    if (this.crashes.isExceeded) {
      this.instance.lifecycle.to('quarantined', `${this.crashes.count} crashes, the last: ${reason}`);
      this.crashes.clear();
      this.restartIn(limits.quarantineMs, 'quarantine is over');
    } else {
      this.instance.lifecycle.to('backing-off', reason);
      this.restartIn(backoffDelayMs(this.crashes.count - 1, limits.restartBackoff), 'restart after a crash');
    }
    onChange();
  }

  private restartIn(delayMs: number, reason: string): void {
    this.timer = setTimeout(() => {
      this.context.turnstile
        .pass(() => this.launch(reason))
        .catch((error: unknown) => this.instance.logger.error({ err: error }, 'an app-server could not be restarted'));
    }, delayMs);
  }
}
