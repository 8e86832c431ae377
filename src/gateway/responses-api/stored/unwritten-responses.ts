import { Injectable } from '@nestjs/common';
import { backoffDelayMs, BackoffOptions } from '../../../common/backoff';
import { ComponentLogger, Logger } from '../../../common/logger';
import { Database } from '../../../database/database';
import { isStorageFault } from '../../../database/storage-fault';
import { noteItems } from './stored-item.entity';
import { STORED_RESPONSES, StoredResponse } from './stored-response.entity';
import { StoredResponsesShare } from './stored-responses-share';

/** Responses that may wait for a disk that is full, in characters of all together; the oldest go first. */
const MAX_WAITING_SIZE = 64_000_000;
const RETRY: BackoffOptions = { initialMs: 1_000, maximumMs: 15_000 };

/**
 * Responses on their way into the database, by user and id. While it cannot be written, because it is locked or the disk
 * is full, they wait here and can be read.
 */
@Injectable()
export class UnwrittenResponses {
  /** Oldest first. */
  private readonly rows = new Map<string, StoredResponse>();
  private size = 0;
  private readonly attempts = new Map<StoredResponse, Promise<void>>();
  private failures = 0;
  private timer: NodeJS.Timeout | undefined;
  private readonly logger: ComponentLogger;

  constructor(
    private readonly database: Database,
    private readonly share: StoredResponsesShare,
    logger: Logger,
  ) {
    this.logger = logger.child({ component: 'gateway' });
    database.beforeClose(() => this.finish());
  }

  /** Never throws and never waits. */
  add(row: StoredResponse): void {
    this.remove(row.userId, row.id);
    this.rows.set(keyOf(row), row);
    this.size += row.size;
    this.keepWithinBound();
    // While the database cannot be written, the next attempt takes it along.
    if (this.failures === 0) this.attempt(row);
  }

  find(userId: string, id: string): StoredResponse | undefined {
    return this.rows.get(keyOf({ userId, id }));
  }

  /** The newest of the user with a text in it. */
  findWith(userId: string, text: string): StoredResponse | undefined {
    return [...this.rows.values()].findLast(
      (row) => row.userId === userId && (row.response.includes(text) || row.input.includes(text)),
    );
  }

  /** Whether there was one; it may be on its way into the database all the same. */
  remove(userId: string, id: string): boolean {
    const row = this.find(userId, id);
    if (row === undefined) return false;
    this.size -= row.size;
    return this.rows.delete(keyOf(row));
  }

  /** The last attempt, before the database closes. */
  private async finish(): Promise<void> {
    await Promise.all(this.attempts.values());
    this.attemptAll();
    await Promise.all(this.attempts.values());
    clearTimeout(this.timer);
    for (const row of this.rows.values()) this.lost(row, 'the service stops and the database cannot be written');
  }

  private attemptAll(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    for (const row of this.rows.values()) if (!this.attempts.has(row)) this.attempt(row);
  }

  private attempt(row: StoredResponse): void {
    const attempt = this.write(row).finally(() => this.attempts.delete(row));
    this.attempts.set(row, attempt);
  }

  private async write(row: StoredResponse): Promise<void> {
    try {
      await this.database.write(async (tx) => {
        await tx.upsert(StoredResponse, { ...row }, ['userId', 'id']);
        await noteItems(tx, row);
      }, STORED_RESPONSES);
      this.failures = 0;
      this.share.noteAdded(row.userId);
    } catch (error) {
      if (isStorageFault(error)) return this.waitForStorage(error);
      this.lost(row, error);
    }
    if (this.find(row.userId, row.id) === row) this.remove(row.userId, row.id);
  }

  private waitForStorage(error: unknown): void {
    if (this.timer !== undefined) return;
    this.timer = setTimeout(() => this.attemptAll(), backoffDelayMs(this.failures, RETRY)).unref();
    this.failures += 1;
    this.logger.warn({ err: error, responses: this.rows.size }, 'responses wait until they can be stored');
  }

  private keepWithinBound(): void {
    for (const row of this.rows.values()) {
      if (this.size <= MAX_WAITING_SIZE) return;
      this.remove(row.userId, row.id);
      this.lost(row, 'too many wait for the database');
    }
  }

  private lost({ userId, id }: StoredResponse, err: unknown): void {
    this.logger.error({ err, userId, responseId: id }, 'a response could not be stored');
  }
}

const keyOf = ({ userId, id }: Pick<StoredResponse, 'userId' | 'id'>): string => `${userId}/${id}`;
