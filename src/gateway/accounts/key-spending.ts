import type { WriteTransaction } from '../../database/write-transaction';
import type { KeyAccount } from './key-account';

/** What one key has spent in one period. */
interface Spending {
  readonly account: KeyAccount;
  /** First day of the period; empty for a budget without periods. */
  readonly periodStart: string;
  readonly micros: number;
}

/** Adds to what the key has spent, whoever else adds to it; what it spent in an earlier period is forgotten. */
const SPEND = `UPDATE "gateway_keys" SET
  "spent_micros" = CASE WHEN "period_start" = $1 THEN "spent_micros" + $2 ELSE $3 END,
  "period_start" = $4, "last_used_at" = $5 WHERE "id" = $6
  RETURNING "user_id", "spent_micros", "budget_micros"`;

/** What a key has spent in its period once calls of it were booked. */
export interface RaisedSpending {
  readonly keyId: string;
  /** Whose the key is. */
  readonly userId: string;
  /** First day of the period; empty for a budget without periods. */
  readonly periodStart: string;
  readonly spentMicros: number;
  /** What of it is new. */
  readonly moreMicros: number;
  /** Null: no limit. */
  readonly budgetMicros: number | null;
}

/** A call of a key as it is booked: when the call ended its period was this. */
export interface BookedCall {
  /** Undefined for a call without a key. */
  readonly account: KeyAccount | undefined;
  readonly periodStart: string;
  readonly costMicros: number;
}

/** Stores what the keys have spent by these calls, which are in the order of their ends. */
export async function storeSpending(tx: WriteTransaction, calls: readonly BookedCall[]): Promise<RaisedSpending[]> {
  const raised: RaisedSpending[] = [];
  for (const { account, periodStart, micros } of spendingOf(calls)) {
    const { id, lastUsedAt } = account.key;
    const [row] = await tx.all(SPEND, [periodStart, micros, micros, periodStart, lastUsedAt, id]);
    if (row === undefined) continue;
    raised.push({
      ...{ keyId: id, userId: String(row.user_id), periodStart, spentMicros: Number(row.spent_micros) },
      ...{ moreMicros: micros, budgetMicros: row.budget_micros === null ? null : Number(row.budget_micros) },
    });
  }
  return raised;
}

function spendingOf(calls: readonly BookedCall[]): Spending[] {
  const sums = new Map<string, Spending>();
  for (const { account, periodStart, costMicros } of calls) {
    if (account === undefined) continue;
    const key = `${account.id} ${periodStart}`;
    const micros = (sums.get(key)?.micros ?? 0) + costMicros;
    sums.set(key, { account, periodStart, micros });
  }
  return [...sums.values()];
}
