import { Injectable } from '@nestjs/common';
import { Database } from '../database/database';
import { sumUpCalls } from '../gateway/accounts/usage-hours';

const CALLS_PER_STEP = 500;

/** Puts model calls into sums by the hour, and deletes them. */
@Injectable()
export class OldModelCalls {
  constructor(private readonly database: Database) {}

  /** @param before ISO 8601: calls that began before it. Resolves with how many were deleted; undefined: no more */
  async step(before: string): Promise<number | undefined> {
    const rows = await this.database.read.query<{ id: string }[]>(
      `SELECT "id" FROM "model_calls" WHERE "at" < $1 ORDER BY "at" LIMIT ${CALLS_PER_STEP}`,
      [before],
    );
    if (rows.length === 0) return undefined;
    const ids = rows.map(({ id }) => id);
    return this.database.write((tx) => sumUpCalls(tx, ids, true));
  }
}
