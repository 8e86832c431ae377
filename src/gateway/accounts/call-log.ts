import { Injectable } from '@nestjs/common';
import { CountedCall, countUsage, type RaisedCounter } from '../../access/limits/usage-counters';
import { DEFAULT_USER, ERASED_OWNER } from '../../auth/principal';
import { UserEntity } from '../../auth/user.entity';
import { ComponentLogger, Logger } from '../../common/logger';
import { Database } from '../../database/database';
import { insert } from '../../database/rows';
import { isStorageFault } from '../../database/storage-fault';
import type { WriteTransaction } from '../../database/write-transaction';
import { specOf } from '../catalog/backend';
import { BackendRegistry } from '../catalog/backend-registry';
import { Price } from '../catalog/model-spec';
import { costMicrosOf } from './call-cost';
import { KeyAccounts } from './key-accounts';
import { BookedCall, type RaisedSpending, storeSpending } from './key-spending';
import { EndedCall } from './metered-call';
import { ModelCallEntity } from './model-call.entity';

/** How long rows wait for others: what a killed process loses, and the fewer commits a busy one makes. */
const BATCH_MS = 100;
/** The disk may be full for a while. */
const RETRY_MS = 2_000;
const ROWS_PER_COMMIT = 500;
/** Rows that may wait for a disk that is full, about 40 MB; the oldest go first. */
const MAX_WAITING_ROWS = 100_000;

/** One writer of this process at a time: its statements add, so that writers elsewhere lose nothing of it. */
const LANE = { lane: 'model-calls' };

interface WaitingCall extends BookedCall {
  readonly row: ModelCallEntity;
}

/** Stores what follows from what was used, in the transaction that counts it. */
export type UsageWrite = (
  tx: WriteTransaction,
  raised: { readonly counters: readonly RaisedCounter[]; readonly keys: readonly RaisedSpending[] },
) => Promise<unknown>;

const NO_TOKENS = { input: 0, cached: 0, output: 0, reasoning: 0 };

/** Prices calls that have ended, books them to their keys, and writes them in batches, without anybody waiting. */
@Injectable()
export class CallLog {
  private readonly waiting: WaitingCall[] = [];
  private readonly others: UsageWrite[] = [];
  private timer: NodeJS.Timeout | undefined;
  private flushing: Promise<void> = Promise.resolve();
  private readonly logger: ComponentLogger;

  constructor(
    private readonly registry: BackendRegistry,
    private readonly accounts: KeyAccounts,
    private readonly database: Database,
    logger: Logger,
  ) {
    this.logger = logger.child({ component: 'usage' });
    database.beforeClose(() => this.flush());
  }

  /** From now on has `write` called in each transaction that counts usage. */
  alsoStore(write: UsageWrite): void {
    this.others.push(write);
  }

  /** Never throws and never waits. */
  add(call: EndedCall): void {
    try {
      const row = this.rowOf(call);
      const account = row.keyId === null ? undefined : this.accounts.withId(row.keyId);
      account?.spend(row.inputTokens + row.outputTokens, row.costMicros ?? 0);
      call.start.route?.turn?.spend(row.inputTokens + row.outputTokens, row.costMicros);
      const periodStart = account?.key.periodStart ?? '';
      this.enqueue({ row, account, periodStart, costMicros: row.costMicros ?? 0 });
    } catch (error) {
      this.logger.error({ err: error }, 'a model call was not noted');
    }
  }

  /** Resolves when what was added before is committed, or has failed. */
  flush(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.flushing = this.flushing.then(() => this.writeWaiting());
    return this.flushing;
  }

  private enqueue(call: WaitingCall): void {
    this.waiting.push(call);
    if (this.waiting.length > MAX_WAITING_ROWS) {
      this.waiting.splice(0, ROWS_PER_COMMIT);
      this.logger.error({ rows: ROWS_PER_COMMIT }, 'model calls were dropped, because none can be written');
    }
    this.flushIn(BATCH_MS);
  }

  private flushIn(ms: number): void {
    this.timer ??= setTimeout(() => void this.flush(), ms).unref();
  }

  private async writeWaiting(): Promise<void> {
    while (this.waiting.length > 0) {
      const calls = this.waiting.splice(0, ROWS_PER_COMMIT);
      try {
        await this.commit(calls);
      } catch (error) {
        if (isStorageFault(error)) return this.waitForStorage(calls, error);
        for (const call of calls) {
          await this.commit([await this.bookable(call)]).catch((fault: unknown) => this.lost(call.row, fault));
        }
      }
    }
  }

  /** Of a user who was erased while it ran it is nobody's: it was paid for. */
  private async bookable(call: WaitingCall): Promise<WaitingCall> {
    const hasUser = await this.database.read.existsBy(UserEntity, { id: call.row.userId }).catch(() => true);
    if (hasUser) return call;
    return { ...call, row: { ...call.row, userId: ERASED_OWNER, chatId: null, threadId: null, keyId: null } };
  }

  private commit(calls: readonly WaitingCall[]): Promise<void> {
    return this.database.write(async (tx) => {
      const rows = calls.map(({ row }) => row);
      await insertModelCalls(tx, rows);
      const counters = await countUsage(tx, rows.map(countedOf));
      const keys = await storeSpending(tx, calls);
      for (const write of this.others) await write(tx, { counters, keys });
    }, LANE);
  }

  private waitForStorage(calls: readonly WaitingCall[], error: unknown): void {
    this.waiting.unshift(...calls);
    this.logger.warn({ err: error, rows: this.waiting.length }, 'model calls wait until they can be written');
    this.flushIn(RETRY_MS);
  }

  /** What each backend that was asked takes for its own attempts; null where none has a price. */
  private costMicrosOf(ended: EndedCall): number | null {
    const { tokensByBackend: spent, backendId } = ended;
    const parts = spent.size === 0 ? [[backendId, NO_TOKENS] as const] : [...spent];
    const costs = parts.flatMap(([id, tokens]) => costMicrosOf(tokens, this.priceAt(id, ended)) ?? []);
    return costs.length === 0 ? null : costs.reduce((sum, cost) => sum + cost, 0);
  }

  private priceAt(backendId: string, ended: EndedCall): Price | null {
    const backend = this.registry.find(backendId);
    return backend === undefined ? null : specOf(backend, this.modelAt(backendId, ended)).price;
  }

  /** A fallback is asked for its own model. */
  private modelAt(backendId: string, { start }: EndedCall): string {
    return backendId === start.backendId ? start.model : (this.registry.find(backendId)?.model ?? start.model);
  }

  private lost({ id, userId, backend }: ModelCallEntity, error: unknown): void {
    this.logger.error({ err: error, call: id, userId, backend }, 'a model call could not be written');
  }

  private rowOf(ended: EndedCall): ModelCallEntity {
    const { start, tokens, ...call } = ended;
    const { caller, threadId, endpoint } = start;
    // Only an app-server's word about its thread counts: a client could name anybody's.
    const route = caller.kind === 'instance' ? start.route : undefined;
    const model = this.modelAt(call.backendId, ended);
    const { input, cached, output, reasoning } = tokens ?? NO_TOKENS;
    return {
      ...{ id: call.id, at: call.startedAt, userId: route?.userId ?? caller.userId ?? DEFAULT_USER.id },
      ...{ chatId: route?.chatId ?? null, threadId, keyId: caller.keyId, endpoint },
      ...{ backend: call.backendId, model, deployment: call.deployment, fallbackFrom: call.fallbackFrom },
      ...{ inputTokens: input, cachedTokens: cached, outputTokens: output, reasoningTokens: reasoning },
      costMicros: this.costMicrosOf(ended),
      ...{ firstOutputMs: call.firstOutputMs, durationMs: call.durationMs, retries: call.retries },
      ...{ status: call.status, errorCode: call.errorCode },
    };
  }
}

const countedOf = ({ at, userId, chatId, inputTokens, outputTokens, costMicros }: ModelCallEntity): CountedCall => ({
  ...{ at, userId, chatId, tokens: inputTokens + outputTokens, costMicros: costMicros ?? 0 },
});

/** Building a statement stops everything else: 0.5 ms for so many rows. */
const ROWS_PER_STATEMENT = 50;

async function insertModelCalls(tx: WriteTransaction, rows: readonly ModelCallEntity[]): Promise<void> {
  for (let from = 0; from < rows.length; from += ROWS_PER_STATEMENT) {
    await insert(ModelCallEntity, rows.slice(from, from + ROWS_PER_STATEMENT))(tx);
  }
}
