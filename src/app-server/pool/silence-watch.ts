import { setImmediate as readOn } from 'node:timers/promises';

/** What is watched: a process, as seen by its connection. */
export interface Watched {
  /** Grows with each message of the process. */
  readonly messagesHeard: number;
  /** Something waits for the process: a request, or a turn. */
  readonly isBusy: boolean;
  /** Its output is not read at the moment, so its silence says nothing. */
  readonly isHeldUp: boolean;
  /** Asks the process for a sign of life; whatever it answers is one. Settles within `timeoutMs`. */
  probe(timeoutMs: number): Promise<void>;
}

export interface SilenceLimits {
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
export class SilenceWatch {
  private timer: NodeJS.Timeout | undefined;
  private isLooking = false;
  private heard = 0;
  private heardAt = performance.now();

  constructor(
    private readonly watched: Watched,
    private readonly limits: SilenceLimits,
    private readonly onSilent: (reason: string) => void,
  ) {}

  start(): void {
    this.timer = setTimeout(() => void this.look(), this.limits.probeAfterMs);
    this.timer.unref();
  }

  stop(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
  }

  /** Asks the process at once, whenever it has last spoken: another of its kind was found silent. */
  suspect(): void {
    if (this.timer === undefined || this.isLooking) return;
    clearTimeout(this.timer);
    void this.look(true);
  }

  private async look(isSuspect = false): Promise<void> {
    this.isLooking = true;
    await this.judge(isSuspect);
    this.isLooking = false;
  }

  private async judge(isSuspect: boolean): Promise<void> {
    const { probeAfterMs, idleProbeAfterMs, probeTimeoutMs } = this.limits;
    const busyLimitMs = this.watched.isBusy ? probeAfterMs : idleProbeAfterMs;
    const limitMs = isSuspect ? 0 : busyLimitMs;
    const hasSpoken = this.hasSpoken() && !isSuspect;
    if (this.watched.isHeldUp || hasSpoken) this.heardAt = performance.now();
    else if (performance.now() - this.heardAt >= limitMs && !(await this.answers(probeTimeoutMs))) {
      if (this.timer !== undefined) this.onSilent(`it has said nothing for ${this.silenceMs} ms, and does not answer`);
      return;
    }
    if (this.timer !== undefined) this.start();
  }

  private get silenceMs(): number {
    return Math.round(performance.now() - this.heardAt);
  }

  private async answers(timeoutMs: number): Promise<boolean> {
    await this.watched.probe(timeoutMs).catch(() => undefined);
    // After a pause of this service its timers run before it reads what has come meanwhile.
    await readOn();
    await readOn();
    return this.hasSpoken();
  }

  private hasSpoken(): boolean {
    const { messagesHeard } = this.watched;
    if (messagesHeard === this.heard) return false;
    this.heard = messagesHeard;
    this.heardAt = performance.now();
    return true;
  }
}
