import { setTimeout as sleep } from 'node:timers/promises';
import * as pg from 'pg';
import { ConfigError } from '../config/config.error';
import { clientOptions, PostgresPool } from './postgres-data-source';

const POLL_MS = 250;
const RETAKE_MS = 1_000;
/** What becomes of the connection that holds the lock, and with it usually of all others. */
export type ConnectionChange = 'lost' | 'restored' | 'taken over';

/** Of this program, in this database and schema. */
const TAKE = `SELECT pg_try_advisory_lock(hashtext('codex-relay'), hashtext(current_schema())) AS taken`;

/**
 * Lets one service at a time work on a database: a second one would end the turns of the first, and run its queued ones
 * again. It is held by a connection, and so ends with the process however that ends.
 *
 * When the connection is lost it is taken again; a service that has come in between has taken the lanes away, without
 * which nothing is written (PostgresWriter).
 */
export class PostgresLock {
  private client: pg.Client | undefined;
  private isReleased = false;

  constructor(
    private readonly pool: PostgresPool,
    private readonly onChange: (change: ConnectionChange) => void = () => undefined,
  ) {}

  /** @param deadline milliseconds of `performance.now()`. @throws ConfigError when another service has it until then */
  async take(deadline: number): Promise<void> {
    while (!(await this.isTaken())) {
      if (performance.now() >= deadline) {
        throw new ConfigError(
          `another codex-relay is running on the PostgreSQL database "${this.pool.connection.database}"; stop it, or give each a database of its own by DATABASE_URL`,
        );
      }
      await sleep(POLL_MS);
    }
  }

  async release(): Promise<void> {
    this.isReleased = true;
    await this.client?.end().catch(() => undefined);
    this.client = undefined;
  }

  private async isTaken(): Promise<boolean> {
    const client = new pg.Client(clientOptions(this.pool));
    client.on('error', () => undefined);
    try {
      await client.connect();
      const { rows } = await client.query<{ taken: boolean }>(TAKE);
      if (rows[0]?.taken !== true) {
        await client.end();
        return false;
      }
    } catch (error) {
      await client.end().catch(() => undefined);
      throw error;
    }
    this.client = client;
    client.once('end', () => void this.retake());
    return true;
  }

  private async retake(): Promise<void> {
    this.client = undefined;
    if (this.isReleased) return;
    this.onChange('lost');
    let isOthers: boolean | undefined;
    while (!this.isReleased) {
      const taken = await this.isTaken().catch(() => undefined);
      if (taken === true) {
        if (this.isReleased) await this.release();
        else this.onChange('restored');
        return;
      }
      if (taken === false && isOthers !== true) this.onChange('taken over');
      isOthers ||= taken === false;
      await sleep(RETAKE_MS, undefined, { ref: false });
    }
  }
}
