import { Injectable } from '@nestjs/common';
import { Database } from '../../database/database';
import { CallLog } from './call-log';
import { sumUpCalls, takeNameOutOfHours } from './usage-hours';

const CALLS_PER_STEP = 500;

/** Takes a user out of what calls have used: what was paid for stays in the sums by the hour, in nobody's name. */
@Injectable()
export class ErasedUsage {
  constructor(
    private readonly database: Database,
    private readonly calls: CallLog,
  ) {}

  async erase(userId: string): Promise<void> {
    await this.calls.flush();
    for (let ids = await this.callsOf(userId); ids.length > 0; ids = await this.callsOf(userId)) {
      const step = ids;
      await this.database.write((tx) => sumUpCalls(tx, step, false));
    }
    await this.database.write((tx) => takeNameOutOfHours(tx, userId));
  }

  private async callsOf(userId: string): Promise<string[]> {
    const rows = await this.database.read.query<{ id: string }[]>(
      `SELECT "id" FROM "model_calls" WHERE "user_id" = $1 ORDER BY "at" LIMIT ${CALLS_PER_STEP}`,
      [userId],
    );
    return rows.map(({ id }) => id);
  }
}
