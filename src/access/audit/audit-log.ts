import { Injectable } from '@nestjs/common';
import { User } from '../../auth/user';
import { now } from '../../common/clock';
import { newId } from '../../common/ids';
import { ComponentLogger, Logger } from '../../common/logger';
import { requestContext } from '../../common/request-context';
import { Database } from '../../database/database';
import { insert } from '../../database/rows';
import { isStorageFault } from '../../database/storage-fault';
import { AuditEntryEntity, AuditOutcome } from './audit-entry.entity';

/** How long entries wait for others: what a killed process loses of them. */
const BATCH_MS = 100;
const RETRY_MS = 2_000;
const ROWS_PER_COMMIT = 100;
/** Entries that may wait for a disk that is full; the oldest go first. */
const MAX_WAITING = 20_000;
const TEXT_LENGTH = 500;

export interface AuditRecord {
  readonly action: string;
  /** Left out: done. */
  readonly outcome?: AuditOutcome;
  /** Left out: nobody who is known. */
  readonly by?: User;
  readonly target?: { readonly kind: string; readonly id: string };
  readonly detail?: Readonly<Record<string, string | number | boolean | null>>;
}

/** Notes who did what, from where, when, and to what. Nobody waits for it. */
@Injectable()
export class AuditLog {
  private readonly waiting: AuditEntryEntity[] = [];
  private timer: NodeJS.Timeout | undefined;
  private flushing: Promise<void> = Promise.resolve();
  private readonly logger: ComponentLogger;

  constructor(
    private readonly database: Database,
    logger: Logger,
  ) {
    this.logger = logger.child({ component: 'audit' });
    database.beforeClose(() => this.flush());
  }

  /** Never throws and never waits; to be called once what it tells of is stored. */
  record({ action, outcome = 'done', by, target, detail = {} }: AuditRecord): void {
    const request = requestContext.getStore();
    const entry = {
      ...{ id: newId(), at: now(), action, outcome, actorId: by?.id ?? null, via: viaOf(by) },
      ...{ address: request?.address ?? null, requestId: request?.requestId ?? null },
      ...{ targetKind: target?.kind ?? null, targetId: target === undefined ? null : short(target.id) },
      detail: Object.fromEntries(Object.entries(detail).map(([name, value]) => [name, short(value)])),
    };
    this.waiting.push(entry);
    if (this.waiting.length > MAX_WAITING) {
      this.waiting.splice(0, ROWS_PER_COMMIT);
      this.logger.error(
        { rows: ROWS_PER_COMMIT },
        'entries of the audit log were dropped, because none can be written',
      );
    }
    this.flushIn(BATCH_MS);
  }

  /** Resolves when what was recorded before is committed, or waits for the disk. */
  flush(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.flushing = this.flushing.then(() => this.writeWaiting());
    return this.flushing;
  }

  private flushIn(ms: number): void {
    this.timer ??= setTimeout(() => void this.flush(), ms).unref();
  }

  private async writeWaiting(): Promise<void> {
    while (this.waiting.length > 0) {
      const rows = this.waiting.splice(0, ROWS_PER_COMMIT);
      try {
        await this.database.write(insert(AuditEntryEntity, rows));
      } catch (error) {
        if (!isStorageFault(error))
          return void this.logger.error({ err: error, rows: rows.length }, 'entries of the audit log were lost');
        this.waiting.unshift(...rows);
        this.logger.warn({ err: error, rows: this.waiting.length }, 'the audit log waits until it can be written');
        return this.flushIn(RETRY_MS);
      }
    }
  }
}

const short = <T>(value: T): T | string =>
  typeof value === 'string' && value.length > TEXT_LENGTH ? `${value.slice(0, TEXT_LENGTH)}…` : value;

const viaOf = (by: User | undefined): string | null =>
  by !== undefined && 'via' in by && typeof by.via === 'string' ? by.via : null;
