import { setTimeout as sleep } from 'node:timers/promises';
import { In } from 'typeorm';
import type { ComponentLogger } from '../common/logger';
import { RegularCheck } from '../common/regular-check';
import { Database } from '../database/database';
import { BlobEntity } from './blob.entity';
import { BlobStore, ObjectInfo } from './blob-store';
import { counted } from './blobs';
import { installationOf } from './installation-id';
import { Spool } from './spool';
import { blobSweeps, blobsSwept, storedBlobs, storedBytes } from './storage-metrics';

const INTERVAL_MS = 3_600_000;
/** Rows that are looked at in one statement. */
const STEP = 500;
/** Between two steps, so that others come in between. */
const PAUSE_MS = 20;
/** Pages of objects that one sweep looks at: all folders of a disk, or some hundred thousand objects of a bucket. */
const MAX_PAGES = 300;
/** Ends of keys are ids of rows. */
const ID_LENGTH = 36;

interface CandidateRow {
  readonly id: string;
  readonly key: string;
  readonly orphaned: number | boolean;
}

/**
 * Removes what nothing refers to: blobs of messages that are gone or were refused, uploads that broke off, objects that the
 * database does not know of because an older copy of it was restored. None of it before some hours have passed.
 *
 * A blob is first marked, by a statement that finds it unreferred; from then on nothing can refer to it. Then its object goes,
 * then its row: a sweep that dies in between is ended by the next. Several may run at once.
 */
export class BlobSweeper {
  private readonly checks: RegularCheck;
  private isStopping = false;
  /** Where the look at the objects goes on. */
  private nextPage: string | undefined;

  /** @param graceMs how long what nothing refers to is kept */
  constructor(
    private readonly database: Database,
    private readonly store: BlobStore,
    private readonly spool: Spool,
    private readonly graceMs: number,
    private readonly logger: ComponentLogger,
  ) {
    this.checks = new RegularCheck(() => this.check(), INTERVAL_MS);
  }

  /** Sweeps now, and then every hour. */
  start(): void {
    this.checks.startNow();
  }

  async stop(): Promise<void> {
    this.isStopping = true;
    await this.checks.stop();
  }

  /** One sweep. @throws what the database and the store throw; the next goes on */
  async sweep(): Promise<void> {
    blobsSwept.inc({ kind: 'upload' }, await this.spool.sweep(this.graceMs));
    await this.removeOrphans();
    await this.removeUnknown();
    const [sums] = await this.database.read.query<{ count: unknown; bytes: unknown }[]>(
      'SELECT COUNT(*) AS "count", SUM("size") AS "bytes" FROM "blobs"',
    );
    storedBlobs.set(Number(sums?.count ?? 0));
    storedBytes.set(Number(sums?.bytes ?? 0));
  }

  private async check(): Promise<void> {
    try {
      await this.sweep();
      blobSweeps.inc({ result: 'completed' });
    } catch (error) {
      blobSweeps.inc({ result: 'failed' });
      if (!this.isStopping)
        this.logger.warn({ err: error }, 'the store of blobs could not be swept; the next sweep goes on');
    }
  }

  private async removeOrphans(): Promise<void> {
    const before = this.graceEnd().toISOString();
    for (let after = ''; !this.isStopping;) {
      const rows = await this.database.read.query<CandidateRow[]>(CANDIDATES, [after, before]);
      for (const { id, key, orphaned } of rows) {
        if (Number(orphaned) === 1 && !this.isStopping) await this.removeOrphan(id, key, before);
      }
      if (rows.length < STEP) return;
      after = rows.at(-1)?.id ?? '';
      await sleep(PAUSE_MS);
    }
  }

  private async removeOrphan(id: string, key: string, before: string): Promise<void> {
    const isMarked = await this.database.write((tx) => tx.run(MARK, [id, before]));
    if (isMarked !== 1) return;
    await counted('remove', this.store.remove(key));
    await this.database.write((tx) => tx.delete(BlobEntity, { id, state: 'removing' }));
    blobsSwept.inc({ kind: 'orphan' });
  }

  private async removeUnknown(): Promise<void> {
    const installation = await installationOf(this.database);
    for (let pages = 0; pages < MAX_PAGES && !this.isStopping; pages++) {
      const { objects, next } = await counted('list', this.store.list(installation, this.nextPage));
      const old = objects.filter(({ modifiedAt }) => modifiedAt < this.graceEnd());
      for (let start = 0; start < old.length; start += STEP) await this.removeUnknownOf(old.slice(start, start + STEP));
      this.nextPage = next;
      if (next === undefined) return;
      if (objects.length > 0) await sleep(PAUSE_MS);
    }
  }

  private async removeUnknownOf(objects: readonly ObjectInfo[]): Promise<void> {
    const ids = objects.map(({ key }) => key.slice(-ID_LENGTH));
    const rows = await this.database.read.find(BlobEntity, { select: { id: true }, where: { id: In(ids) } });
    const known = new Set(rows.map(({ id }) => id));
    for (const [index, { key }] of objects.entries()) {
      if (known.has(ids[index] ?? '')) continue;
      await counted('remove', this.store.remove(key));
      blobsSwept.inc({ kind: 'unknown' });
    }
  }

  private graceEnd(): Date {
    return new Date(Date.now() - this.graceMs);
  }
}

/** What refers to blobs: pictures and files of messages, files of projects. */
const UNREFERRED = ['blob_references', 'project_files']
  .map((table) => `NOT EXISTS (SELECT 1 FROM "${table}" WHERE "${table}"."blob_id" = "blobs"."id")`)
  .join(' AND ');

const CANDIDATES = `SELECT "id", "key", CASE WHEN "state" = 'removing' OR ${UNREFERRED} THEN 1 ELSE 0 END AS "orphaned"
  FROM "blobs" WHERE "id" > $1 AND ("state" = 'removing' OR "touched_at" < $2) ORDER BY "id" LIMIT ${STEP}`;

/** Says again what makes it an orphan: since it was found something may refer to it. */
const MARK = `UPDATE "blobs" SET "state" = 'removing'
  WHERE "id" = $1 AND ("state" = 'removing' OR ("touched_at" < $2 AND ${UNREFERRED}))`;
