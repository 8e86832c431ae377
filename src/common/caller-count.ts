import { DomainError, RETRY_AFTER_SECONDS } from './domain.error';

export interface CallerLimits {
  /** Of the refusals, `too_many_...`. */
  readonly code: string;
  /** What is counted, in the plural. */
  readonly what: string;
  readonly max: number;
  readonly maxPerCaller: number;
}

/** Counts what callers hold open, and refuses what would be too much: of one caller, or of all. */
export class CallerCount {
  private total = 0;
  private readonly byCaller = new Map<string, number>();

  constructor(private readonly limits: CallerLimits) {}

  /**
   * Counts one more of a caller; undefined for a caller of whom only the total counts.
   *
   * @returns how it is given back, once
   * @throws DomainError 429 or 503
   */
  open(caller: string | undefined): () => void {
    const { code, what, max, maxPerCaller } = this.limits;
    const own = this.countOf(caller);
    if (own >= maxPerCaller)
      throw refusal(429, code, `You have ${own} ${what} open, which is the most for one caller.`);
    if (this.total >= max) throw refusal(503, code, `There are ${max} ${what}, which is the most.`);
    this.total++;
    if (caller !== undefined) this.byCaller.set(caller, own + 1);
    let isOpen = true;
    return () => {
      if (isOpen) this.close(caller);
      isOpen = false;
    };
  }

  private countOf(caller: string | undefined): number {
    return caller === undefined ? 0 : (this.byCaller.get(caller) ?? 0);
  }

  private close(caller: string | undefined): void {
    this.total--;
    if (caller === undefined) return;
    const left = this.countOf(caller) - 1;
    if (left > 0) this.byCaller.set(caller, left);
    else this.byCaller.delete(caller);
  }
}

const refusal = (status: number, code: string, detail: string): DomainError =>
  new DomainError(status, code, `${detail} Close some, or try again later.`, {
    retryAfterSeconds: RETRY_AFTER_SECONDS,
  });
