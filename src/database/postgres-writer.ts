import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type * as pg from 'pg';
import type { DataSource, QueryRunner } from 'typeorm';
import { QueryFailedError } from 'typeorm';
import { backoffDelayMs } from '../common/backoff';
import { causeOf, socketOf } from './postgres-data-source';
import { commitConflicts } from '../common/metrics';
import { Fault, isConflict, isLostConnection } from './postgres-faults';
import { PostgresStatements, StatementNames } from './postgres-statements';
import type { SharedLock } from './shared-lock';
import type { Statements } from './statements';
import { StorageUnavailableError } from './storage-fault';
import type { TransactionContext, Writer } from './writer';

/** One row a lane: the mark of the last transaction that the lane has committed. */
export const LANES_TABLE = 'write_lanes';
/**
 * Tries of a transaction beside those of the other lanes. The next ones are made alone: then no lane stands in its way.
 */
const TRIES_BESIDE_OTHERS = 2;
/** All of them: others than the lanes, such as a program of the operator, may stand in the way of a few more. */
const MAX_TRIES = 6;
const RETRY = { initialMs: 5, maximumMs: 200 };
const RECONNECT = { initialMs: 50, maximumMs: 2_000 };

interface Connected {
  readonly runner: QueryRunner;
  readonly client: pg.PoolClient;
  readonly statements: Statements;
}

/**
 * A connection that writes the transactions of one lane.
 *
 * Each transaction leaves a mark of its own in the lane's row. Where the connection is lost during COMMIT, the row says
 * whether it was committed: the lane waits until it can be read, so that nothing is written twice and nothing is taken for
 * written that is not. A lane without its row writes nothing: another service has taken the database over.
 */
export class PostgresWriter implements Writer {
  private connected: Connected | undefined;
  private isClosed = false;
  /** It is not known whether the last transaction was committed. */
  isUncertain = false;

  constructor(
    private readonly dataSource: DataSource,
    private readonly lane: string,
    private readonly names: Pick<StatementNames, 'of'>,
    private readonly transactions: SharedLock,
  ) {}

  /**
   * @param work runs again when PostgreSQL has aborted the transaction because of another one.
   * @throws StorageUnavailableError when it was aborted too often; and what `work` throws
   */
  async transact<T>(work: (context: TransactionContext) => Promise<T>): Promise<T> {
    for (let tries = 1; ; tries += 1) {
      const release = await this.transactions.acquire(tries > TRIES_BESIDE_OTHERS);
      try {
        return await this.attempt(work, release);
      } catch (error) {
        const cause = causeOf(error);
        if (!isConflict(cause)) throw error;
        commitConflicts.inc({ code: cause.code });
        if (tries === MAX_TRIES) throw new StorageUnavailableError(conflictOf(error, cause));
      } finally {
        release();
      }
      await sleep(backoffDelayMs(tries - 1, RETRY));
    }
  }

  async close(): Promise<void> {
    this.isClosed = true;
    await this.disconnect();
  }

  /** @param release lets others be alone; called before a wait that may be long */
  private async attempt<T>(work: (context: TransactionContext) => Promise<T>, release: () => void): Promise<T> {
    const mark = randomUUID();
    const connected = await this.connect();
    const { runner, statements } = connected;
    let result: T;
    try {
      await this.begin(connected, mark);
      result = await work({ manager: runner.manager, statements });
    } catch (error) {
      await this.rollBack(connected, error);
      throw error;
    }
    await this.commit(connected, mark, release);
    return result;
  }

  /** In one message, with the lane's mark: what is visible in the transaction is what was committed before it. */
  private async begin(connected: Connected, mark: string): Promise<void> {
    const marked = `UPDATE ${LANES_TABLE} SET mark = '${mark}' WHERE lane = '${this.lane}'`;
    const results = await ask(connected, `BEGIN ISOLATION LEVEL REPEATABLE READ; ${marked}`);
    const changed = Array.isArray(results) ? (results as pg.QueryResult[])[1]?.rowCount : 0;
    if (changed !== 1) throw new StorageUnavailableError(new Error(TAKEN_OVER));
  }

  private async commit(connected: Connected, mark: string, release: () => void): Promise<void> {
    try {
      const { command } = await ask(connected, 'COMMIT');
      // So it answers when a statement has failed and the write has gone on all the same.
      if (command !== 'COMMIT') throw new TypeError('a write went on after one of its statements had failed');
    } catch (error) {
      if (!isLostConnection(causeOf(error))) throw error;
      await this.disconnect();
      release();
      if (!(await this.isCommitted(mark))) throw error;
    }
  }

  /** Waits for the server as long as it takes: until then nobody can be told what has become of the transaction. */
  private async isCommitted(mark: string): Promise<boolean> {
    this.isUncertain = true;
    try {
      for (let tries = 0; !this.isClosed; tries += 1) {
        try {
          const { client } = await this.connect();
          // Waits for a transaction that is still being committed by a connection that was cut off.
          const { rows } = await client.query<{ mark: string }>(
            `SELECT mark FROM ${LANES_TABLE} WHERE lane = $1 FOR UPDATE`,
            [this.lane],
          );
          return rows[0]?.mark === mark;
        } catch {
          await this.disconnect();
          await sleep(backoffDelayMs(tries, RECONNECT));
        }
      }
      throw new StorageUnavailableError(new Error('the connection was lost during a commit'));
    } finally {
      this.isUncertain = false;
    }
  }

  private async rollBack(connected: Connected, error: unknown): Promise<void> {
    if (!isLostConnection(causeOf(error)) && (await rolledBack(connected))) return;
    await this.disconnect();
  }

  private async connect(): Promise<Connected> {
    if (this.connected !== undefined && !this.connected.runner.isReleased) return this.connected;
    const runner = this.dataSource.createQueryRunner();
    const client = (await runner.connect()) as pg.PoolClient;
    const statements = new PostgresStatements((query) => client.query(query), this.names);
    this.connected = { runner, client, statements };
    return this.connected;
  }

  /** Of a connection in an unknown state nothing is used again: what was begun in it the server rolls back. */
  private async disconnect(): Promise<void> {
    const { connected } = this;
    this.connected = undefined;
    if (connected === undefined) return;
    socketOf(connected.client)?.destroy();
    await connected.runner.release().catch(() => undefined);
  }
}

/** On that connection and no other: elsewhere COMMIT says that it has done it, and has committed nothing. */
async function ask({ client }: Connected, text: string): Promise<pg.QueryResult> {
  try {
    return await client.query(text);
  } catch (error) {
    throw error instanceof Error ? new QueryFailedError(text, [], error) : error;
  }
}

/** For the log: which statement of which table, without what it was to write, which belongs to users. */
function conflictOf(error: unknown, cause: Fault): Error {
  const text = error instanceof QueryFailedError ? error.query : '';
  const [statement = 'a statement'] =
    /^\s*(?:INSERT INTO|UPDATE|DELETE FROM|SELECT|COMMIT)(?:\s+"?\w+"?)?/i.exec(text) ?? [];
  const what = `${statement.trim()}: ${String(cause.message)} (${String(cause.code)})`;
  return new Error(`other transactions stood in the way of this one ${MAX_TRIES} times, the last time at ${what}`, {
    cause,
  });
}

const rolledBack = (connected: Connected): Promise<boolean> =>
  ask(connected, 'ROLLBACK').then(
    () => true,
    () => false,
  );

const TAKEN_OVER = 'another codex-relay has taken the database over: this one writes nothing any more';
