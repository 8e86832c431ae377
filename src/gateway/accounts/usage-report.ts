import { Injectable } from '@nestjs/common';
import type { SelectQueryBuilder } from 'typeorm';
import { invalid } from '../../common/domain.error';
import { Database } from '../../database/database';
import { decodeCursor, encodeCursor, Page, PageRequest, readPage } from '../../database/page';
import { ModelCallEntity } from './model-call.entity';

/** What calls can be summed by. Days are those of UTC. */
export const USAGE_GROUPS = ['day', 'user', 'backend', 'model', 'chat', 'key'] as const;
export type UsageGroup = (typeof USAGE_GROUPS)[number];

const EXPRESSIONS: Readonly<Record<UsageGroup, string>> = {
  day: 'substr(call.at, 1, 10)',
  user: 'call.userId',
  backend: 'call.backend',
  model: 'call.model',
  chat: "COALESCE(call.chatId, '')",
  key: "COALESCE(call.keyId, '')",
};

const SUMS: Readonly<Record<keyof UsageFigures, string>> = {
  calls: 'COUNT(*)',
  failedCalls: "SUM(CASE WHEN call.status = 'failed' THEN 1 ELSE 0 END)",
  unpricedCalls: 'SUM(CASE WHEN call.costMicros IS NULL THEN 1 ELSE 0 END)',
  inputTokens: 'SUM(call.inputTokens)',
  cachedInputTokens: 'SUM(call.cachedTokens)',
  outputTokens: 'SUM(call.outputTokens)',
  reasoningOutputTokens: 'SUM(call.reasoningTokens)',
  costMicros: 'SUM(call.costMicros)',
};

/** Which calls are looked at. */
export interface UsageFilter {
  /** ISO 8601 UTC, inclusive. */
  readonly from: string;
  /** ISO 8601 UTC, exclusive. */
  readonly to: string;
  /** Left out: everybody's. */
  readonly userId?: string;
  readonly chatId?: string;
  readonly backend?: string;
  readonly keyId?: string;
}

/** Sums over the calls of one value of each group; an empty text stands for "none". */
export type UsageRow = UsageFigures & { readonly groups: Partial<Record<UsageGroup, string>> };

type RawRow = Readonly<Record<string, string | number | null>>;

/** Reads what the calls have used. */
@Injectable()
export class UsageReport {
  constructor(private readonly database: Database) {}

  /** One row for each combination that occurs, ordered by the groups. @throws DomainError `invalid_cursor`. */
  async grouped(
    filter: UsageFilter,
    groups: readonly UsageGroup[],
    { limit, cursor }: PageRequest,
  ): Promise<Page<UsageRow>> {
    const query = this.summed(filter);
    groups.forEach((group, index) => {
      query.addSelect(EXPRESSIONS[group], `g${index}`);
      query.addGroupBy(EXPRESSIONS[group]).addOrderBy(`g${index}`);
    });
    if (cursor !== undefined) startAfter(query, groups, cursor);
    const raw = await query.limit(limit + 1).getRawMany<RawRow>();
    const keysOf = (row: RawRow): string[] => groups.map((_, index) => String(row[`g${index}`]));
    const last = raw.length > limit ? raw[limit - 1] : undefined;
    return {
      data: raw.slice(0, limit).map((row) => {
        const values = keysOf(row).map((value, index) => [groups[index], value] as const);
        return { ...usageFiguresOf(row), groups: Object.fromEntries(values) as UsageRow['groups'] };
      }),
      nextCursor: last === undefined ? null : encodeCursor(JSON.stringify(keysOf(last))),
    };
  }

  /** The sum of all calls. */
  async total(filter: UsageFilter): Promise<UsageFigures> {
    return usageFiguresOf((await this.summed(filter).getRawOne<RawRow>()) ?? {});
  }

  /** The calls themselves, newest first. @throws DomainError `invalid_cursor`. */
  calls(filter: UsageFilter, { limit, cursor }: PageRequest): Promise<Page<ModelCallEntity>> {
    const query = this.filtered(filter).orderBy('call.id', 'DESC');
    if (cursor !== undefined) query.andWhere('call.id < :id', { id: decodeCursor(cursor)[0] });
    return readPage(query, limit, ({ id }) => id);
  }

  private summed(filter: UsageFilter): SelectQueryBuilder<ModelCallEntity> {
    const query = this.filtered(filter).select([]);
    for (const [name, sum] of Object.entries(SUMS)) query.addSelect(sum, name);
    return query;
  }

  private filtered({ from, to, ...columns }: UsageFilter): SelectQueryBuilder<ModelCallEntity> {
    const query = this.database.read
      .createQueryBuilder(ModelCallEntity, 'call')
      .where('call.at >= :from AND call.at < :to', { from, to });
    for (const [column, value] of Object.entries(columns)) {
      if (value !== undefined) query.andWhere(`call.${column} = :${column}`, { [column]: value });
    }
    return query;
  }
}

function startAfter(query: SelectQueryBuilder<ModelCallEntity>, groups: readonly UsageGroup[], cursor: string): void {
  const values = textsIn(Buffer.from(cursor, 'base64url').toString('utf8'));
  if (values?.length !== groups.length) {
    throw invalid('invalid_cursor', 'cursor must be the nextCursor of an earlier page of the same list.');
  }
  const columns = groups.map((group) => EXPRESSIONS[group]).join(', ');
  const names = values.map((_, index) => `:after${index}`).join(', ');
  query.andWhere(`(${columns}) > (${names})`, Object.fromEntries(values.map((value, i) => [`after${i}`, value])));
}

function textsIn(json: string): string[] | undefined {
  try {
    const parsed: unknown = JSON.parse(json);
    return Array.isArray(parsed) && parsed.every((value) => typeof value === 'string') ? parsed : undefined;
  } catch {
    return undefined;
  }
}

/** Sums over model calls. */
export interface UsageFigures {
  readonly calls: number;
  readonly failedCalls: number;
  /** Calls of models without a price: they are not in `costMicros`. */
  readonly unpricedCalls: number;
  readonly inputTokens: number;
  /** Part of the input. */
  readonly cachedInputTokens: number;
  readonly outputTokens: number;
  /** Part of the output. */
  readonly reasoningOutputTokens: number;
  /** Millionths of the currency of the prices. */
  readonly costMicros: number;
}

/** A row of sums as the database gives it: text in PostgreSQL, nothing where there was nothing to add. */
function usageFiguresOf(row: Readonly<Record<string, string | number | null>>): UsageFigures {
  const sum = (name: keyof UsageFigures): number => Number(row[name] ?? 0);
  return {
    calls: sum('calls'),
    failedCalls: sum('failedCalls'),
    unpricedCalls: sum('unpricedCalls'),
    inputTokens: sum('inputTokens'),
    cachedInputTokens: sum('cachedInputTokens'),
    outputTokens: sum('outputTokens'),
    reasoningOutputTokens: sum('reasoningOutputTokens'),
    costMicros: sum('costMicros'),
  };
}
