import { BeforeApplicationShutdown, Injectable, OnApplicationBootstrap } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import { ComponentLogger, Logger } from '../../common/logger';
import { searchPending } from '../../common/metrics';
import { Database } from '../../database/database';
import { textIndexOf } from '../../database/search/text-index-of';
import { isStorageFault } from '../../database/storage-fault';
import { RegularCheck } from '../../common/regular-check';
import { SEARCH_SOURCES, searchedRows, SearchSource } from './searched-rows';
import { placeholdersOf } from '../../database/placeholders';

/** How soon a text is found after it was stored. */
const INTERVAL_MS = 1_000;
/** Rows of one transaction: others wait for it some milliseconds. */
const ROWS_PER_STEP = 20;

interface PendingRow {
  readonly id: number;
  readonly source: SearchSource;
  readonly refId: string;
}

/**
 * Puts into the search index what triggers have noted as new or changed, the newest first. What is noted is stored with
 * the rows themselves: nothing is left out when the service dies, and after an upgrade all that is there already is noted.
 */
@Injectable()
export class SearchIndexer implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger: ComponentLogger;
  private readonly checks = new RegularCheck(() => this.check(), INTERVAL_MS);
  private isStopping = false;

  constructor(
    private readonly database: Database,
    logger: Logger,
  ) {
    this.logger = logger.child({ component: 'search' });
  }

  onApplicationBootstrap(): void {
    this.checks.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.isStopping = true;
    await this.checks.stop();
  }

  /** Indexes all that is noted, with pauses as long as its work, so that half of the time is for others. Never throws. */
  async check(): Promise<void> {
    try {
      for (let left = await this.countPending(); left > 0 && !this.isStopping;) {
        const startedAt = performance.now();
        const done = await this.step();
        left = done === 0 ? 0 : left - done;
        searchPending.set(Math.max(left, 0));
        if (left > 0) await sleep(performance.now() - startedAt, undefined, { ref: false });
      }
    } catch (error) {
      this.logger.warn({ err: error }, 'texts could not be put into the search index; it is tried again');
    }
  }

  /** Indexes some rows. Resolves with how many notes that were. @throws StorageUnavailableError */
  async step(): Promise<number> {
    const noted = await this.database.read.query<PendingRow[]>(
      `SELECT "id", "source", "ref_id" AS "refId" FROM "search_pending" ORDER BY "id" DESC LIMIT ${ROWS_PER_STEP}`,
    );
    if (noted.length === 0) return 0;
    try {
      await this.index(noted);
    } catch (error) {
      if (isStorageFault(error)) throw error;
      for (const row of noted) await this.indexAlone(row);
    }
    return noted.length;
  }

  /** A row that cannot be indexed is left out, so that it does not keep the others from it. */
  private async indexAlone(row: PendingRow): Promise<void> {
    try {
      await this.index([row]);
    } catch (error) {
      if (isStorageFault(error)) throw error;
      const { source, refId } = row;
      this.logger.error({ err: error, source, refId }, 'a text cannot be put into the search index: it is not found');
      await this.database.write((tx) => tx.run('DELETE FROM "search_pending" WHERE "id" = $1', [row.id]));
    }
  }

  private async index(noted: readonly PendingRow[]): Promise<void> {
    const { read } = this.database;
    const index = textIndexOf(read);
    const refIds = [...new Set(noted.map(({ refId }) => refId))];
    const rows = await Promise.all(
      SEARCH_SOURCES.map((source) => {
        const ids = new Set(noted.filter((row) => row.source === source).map(({ refId }) => refId));
        return searchedRows(read, source, [...ids]);
      }),
    );
    const numbers = placeholdersOf(noted);
    await this.database.write(async (tx) => {
      // These alone: what has changed since they were read was noted anew.
      await tx.run(
        `DELETE FROM "search_pending" WHERE "id" IN (${numbers})`,
        noted.map(({ id }) => id),
      );
      await index.replace(tx, refIds, rows.flat());
    });
  }

  private async countPending(): Promise<number> {
    const [row] = await this.database.read.query<{ count: number | string }[]>(
      'SELECT COUNT(*) AS "count" FROM "search_pending"',
    );
    const count = Number(row?.count ?? 0);
    searchPending.set(count);
    return count;
  }
}
