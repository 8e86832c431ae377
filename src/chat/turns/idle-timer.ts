/** After a pause of this service its timers run before it reads what has come meanwhile: so it looks once more. */
const LAST_LOOK_MS = 100;
/** Looks within one limit: an excuse that begins and ends between two of them costs at most this share of the limit. */
const LOOKS = 8;

export interface SilenceTerms {
  /** Silence that is too long, in milliseconds. */
  readonly limitMs: number;
  /** The same while the agent works on something that may be silent for long, such as a command. */
  readonly workLimitMs: number;
  /** The agent works on such a thing. */
  isAtWork(): boolean;
  /** Silence does not count at the moment: a person has to answer, say; it counts anew from then on. */
  isExcused(): boolean;
  onSilent(): void;
}

/** Calls back once when nothing was reported for too long, on a clock that does not jump. */
export class IdleTimer {
  private timer: NodeJS.Timeout | undefined;
  private lastProgress = performance.now();
  private hasLookedAgain = false;

  constructor(private readonly terms: SilenceTerms) {
    this.schedule(terms.limitMs / LOOKS);
  }

  progress(): void {
    this.lastProgress = performance.now();
    this.hasLookedAgain = false;
  }

  stop(): void {
    clearTimeout(this.timer);
  }

  private schedule(delayMs: number): void {
    this.timer = setTimeout(() => this.check(), delayMs);
    this.timer.unref();
  }

  private check(): void {
    const { limitMs, workLimitMs } = this.terms;
    if (this.terms.isExcused()) this.progress();
    const allowedMs = this.terms.isAtWork() ? Math.max(limitMs, workLimitMs) : limitMs;
    const leftMs = this.lastProgress + allowedMs - performance.now();
    if (leftMs > 0) return this.schedule(Math.min(leftMs, limitMs / LOOKS));
    if (this.hasLookedAgain) return this.terms.onSilent();
    this.hasLookedAgain = true;
    this.schedule(LAST_LOOK_MS);
  }
}
