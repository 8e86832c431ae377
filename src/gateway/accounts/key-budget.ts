import type { BudgetPeriod } from './gateway-key.entity';

export interface Budget {
  /** Millionths; null: no limit. */
  readonly limitMicros: number | null;
  readonly period: BudgetPeriod;
}

/** What has been spent since the beginning of a period. */
export interface Spent {
  readonly micros: number;
  /** First day of the period; empty for a budget without periods. */
  readonly periodStart: string;
}

/** The money that one key has spent in the present period. Days and months are those of UTC. */
export class KeyBudget {
  private spentMicros: number;
  private periodStart: string;

  constructor(
    private readonly budget: Budget,
    { micros, periodStart }: Spent,
  ) {
    this.spentMicros = micros;
    this.periodStart = periodStart;
  }

  /** Begins anew with each period, and when the kind of period changes. */
  get spent(): Spent {
    const start = periodStartOf(this.budget.period, new Date());
    if (start !== this.periodStart) {
      this.periodStart = start;
      this.spentMicros = 0;
    }
    return { micros: this.spentMicros, periodStart: this.periodStart };
  }

  get isExhausted(): boolean {
    const { limitMicros } = this.budget;
    return limitMicros !== null && this.spent.micros >= limitMicros;
  }

  spend(micros: number): void {
    this.spentMicros = this.spent.micros + micros;
  }
}

/** The first day, `2026-11-01`, of the period that a time lies in. */
export function periodStartOf(period: BudgetPeriod, time: Date): string {
  const day = time.toISOString().slice(0, 10);
  if (period === 'total') return '';
  return period === 'day' ? day : `${day.slice(0, 7)}-01`;
}
