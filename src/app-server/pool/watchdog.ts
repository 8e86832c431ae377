import { setImmediate as readOn } from 'node:timers/promises';

/** What is watched: a process, as seen by its connection. */
export interface Watched {
  /** Grows with each message of the process. */
  readonly messagesReceived: number;
  /** Something waits for the process: a request, or a turn. */
  readonly isBusy: boolean;
  /** Its output is not read at the moment, so its silence says nothing. */
  readonly isHeldUp: boolean;
  /** Asks the process for a sign of life; whatever it answers is one. Settles within `timeoutMs`. */
  probe(timeoutMs: number): Promise<void>;
}

export interface WatchdogLimits {
  /** Silence while something waits, after which the process is asked. */
  readonly probeAfterMs: number;
  /** The same while nothing waits. */
  readonly idleProbeAfterMs: number;
  /** Time that it has to say anything at all. */
  readonly probeTimeoutMs: number;
}

/**
 * Finds a process that lives and says nothing: one that is stopped, or spins. A long command of an agent is silent, too,
 * so silence alone is no fault; not to answer a question that costs nothing is.
 */
export class Watchdog {
  private timer: NodeJS.Timeout | undefined;
  private isChecking = false;
  private received = 0;
  private receivedAt = performance.now();

  constructor(
    private readonly watched: Watched,
    private readonly limits: WatchdogLimits,
    private readonly onSilent: (reason: string) => void,
  ) {}

  start(): void {
    this.timer = setTimeout(() => void this.check(), this.limits.probeAfterMs);
    this.timer.unref();
  }

  stop(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
  }

  /** Asks the process at once, whenever it has last spoken: another of its kind was found silent. */
  probeNow(): void {
    if (this.timer === undefined || this.isChecking) return;
    clearTimeout(this.timer);
    void this.check(true);
  }

  private async check(isImmediate = false): Promise<void> {
    this.isChecking = true;
    await this.probeIfSilent(isImmediate);
    this.isChecking = false;
  }

  private async probeIfSilent(isImmediate: boolean): Promise<void> {
    const { probeAfterMs, idleProbeAfterMs, probeTimeoutMs } = this.limits;
    const busyLimitMs = this.watched.isBusy ? probeAfterMs : idleProbeAfterMs;
    const limitMs = isImmediate ? 0 : busyLimitMs;
    const hasReceived = this.hasReceived() && !isImmediate;
    if (this.watched.isHeldUp || hasReceived) this.receivedAt = performance.now();
    else if (performance.now() - this.receivedAt >= limitMs && !(await this.answers(probeTimeoutMs))) {
      if (this.timer !== undefined) this.onSilent(`it has said nothing for ${this.silenceMs} ms, and does not answer`);
      return;
    }
    if (this.timer !== undefined) this.start();
  }

  private get silenceMs(): number {
    return Math.round(performance.now() - this.receivedAt);
  }

  private async answers(timeoutMs: number): Promise<boolean> {
    await this.watched.probe(timeoutMs).catch(() => undefined);
    // After a pause of this service its timers run before it reads what has come meanwhile.
    await readOn();
    await readOn();
    return this.hasReceived();
  }

  private hasReceived(): boolean {
    const { messagesReceived } = this.watched;
    if (messagesReceived === this.received) return false;
    this.received = messagesReceived;
    this.receivedAt = performance.now();
    return true;
  }
}
