import type { QueryConfig, QueryResult } from 'pg';
import { QueryFailedError } from 'typeorm';
import type { Row, Statements } from './statements';
import { StorageUnavailableError } from './storage-fault';

/** More texts are not named: PostgreSQL keeps each, in each connection, as long as that is open. */
const MAX_NAMES = 200;
/** Texts that were seen once; then they are forgotten. */
const MAX_SEEN = 2_000;

/** Names for statements that are run more than once: PostgreSQL plans them once a connection. */
export class StatementNames {
  private readonly names = new Map<string, string>();
  private seen = new Set<string>();

  /** Undefined for the first use, and for what is beyond those that are kept. */
  of(text: string): string | undefined {
    const name = this.names.get(text);
    if (name !== undefined || this.names.size >= MAX_NAMES) return name;
    if (this.seen.delete(text)) {
      this.names.set(text, `s${this.names.size + 1}`);
      return this.names.get(text);
    }
    if (this.seen.size >= MAX_SEEN) this.seen = new Set();
    this.seen.add(text);
    return undefined;
  }
}

/** No names: each statement is planned anew, as a pooler in between may want it. */
export const NO_NAMES: Pick<StatementNames, 'of'> = { of: () => undefined };

/** Runs one query on a connection, or on any of a pool. */
export type Ask = (query: QueryConfig) => Promise<QueryResult<Record<string, unknown>>>;

export class PostgresStatements implements Statements {
  constructor(
    private readonly ask: Ask,
    private readonly names: Pick<StatementNames, 'of'>,
  ) {}

  async run(text: string, parameters: readonly unknown[] = []): Promise<number> {
    return (await this.asked(text, parameters)).rowCount ?? 0;
  }

  async all(text: string, parameters: readonly unknown[]): Promise<Row[]> {
    return (await this.asked(text, parameters)).rows;
  }

  /** They end with their connection. */
  close(): Promise<void> {
    return Promise.resolve();
  }

  private async asked(text: string, values: readonly unknown[]): Promise<QueryResult<Record<string, unknown>>> {
    try {
      return await this.ask({ name: this.names.of(text), text, values: [...values] });
    } catch (error) {
      // A server that cannot be reached says nothing of the statement.
      if (!(error instanceof Error) || error instanceof StorageUnavailableError) throw error;
      throw new QueryFailedError(text, [...values], error);
    }
  }
}
