import { Injectable } from '@nestjs/common';
import { invalid } from '../../common/domain.error';
import { NamedPeriod, ZoneCalendar } from '../../common/time-zone';
import { Database } from '../../database/database';
import { encodeCursor, Page, PageRequest, readNewest } from '../../database/page';
import { ModelCallEntity } from './model-call.entity';

/** What calls can be summed by. */
export const USAGE_GROUPS = ['day', 'month', 'user', 'backend', 'model', 'chat', 'key'] as const;
export type UsageGroup = (typeof USAGE_GROUPS)[number];

/** Calls, and hours of which the calls are no longer kept, in the same columns. */
const SOURCES = [
  {
    table: '"model_calls"',
    columns: { user: '"user_id"', chat: `COALESCE("chat_id", '')`, key: `COALESCE("key_id", '')` },
    figures: `1 AS "calls", CASE WHEN "status" = 'failed' THEN 1 ELSE 0 END AS "failed_calls",
      CASE WHEN "cost_micros" IS NULL THEN 1 ELSE 0 END AS "unpriced_calls"`,
  },
  {
    table: '"usage_hours"',
    columns: { user: '"user_id"', chat: '"chat_ref"', key: '"key_ref"' },
    figures: '"calls", "failed_calls", "unpriced_calls"',
  },
] as const;
const COMMON_FIGURES = '"input_tokens", "cached_tokens", "output_tokens", "reasoning_tokens", "cost_micros"';

const SUMS: Readonly<Record<keyof UsageFigures, string>> = {
  calls: 'calls',
  failedCalls: 'failed_calls',
  unpricedCalls: 'unpriced_calls',
  inputTokens: 'input_tokens',
  cachedInputTokens: 'cached_tokens',
  outputTokens: 'output_tokens',
  reasoningOutputTokens: 'reasoning_tokens',
  costMicros: 'cost_micros',
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
type Source = (typeof SOURCES)[number];

/** Reads what the calls have used. */
@Injectable()
export class UsageReport {
  constructor(private readonly database: Database) {}

  /**
   * One row for each combination that occurs, ordered by the groups.
   *
   * @param timeZone IANA name: of its days and months. An hour whose calls are no longer kept counts where it begins
   * @throws DomainError `invalid_cursor`.
   */
  async grouped(
    filter: UsageFilter,
    groups: readonly UsageGroup[],
    { limit, cursor }: PageRequest,
    timeZone = 'UTC',
  ): Promise<Page<UsageRow>> {
    const parameters: string[] = [];
    const names = groups.map((_, index) => `g${index}`).join(', ');
    const rows = unionOf(filter, parameters, (source) =>
      groups.map((group, index) => `${expressionOf(group, source, filter, timeZone)} AS g${index}, `).join(''),
    );
    const behind = cursor === undefined ? '' : `WHERE (${names}) > (${valuesIn(cursor, groups.length, parameters)})`;
    const raw = await this.database.read.query<RawRow[]>(
      `SELECT ${names}, ${sums()} FROM (${rows}) AS used ${behind} GROUP BY ${names} ORDER BY ${names} LIMIT ${limit + 1}`,
      parameters,
    );
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
    const parameters: string[] = [];
    const rows = unionOf(filter, parameters, () => '');
    const [row] = await this.database.read.query<RawRow[]>(`SELECT ${sums()} FROM (${rows}) AS used`, parameters);
    return usageFiguresOf(row ?? {});
  }

  /** The calls themselves, as far as they are kept, newest first. @throws DomainError `invalid_cursor`. */
  calls({ from, to, ...columns }: UsageFilter, request: PageRequest): Promise<Page<ModelCallEntity>> {
    const query = this.database.read
      .createQueryBuilder(ModelCallEntity, 'call')
      .where('call.at >= :from AND call.at < :to', { from, to });
    for (const [column, value] of Object.entries(columns)) {
      if (value !== undefined) query.andWhere(`call.${column} = :${column}`, { [column]: value });
    }
    return readNewest(query, request);
  }
}

const sums = (): string =>
  Object.entries(SUMS)
    .map(([name, column]) => `SUM("${column}") AS "${name}"`)
    .join(', ');

/** Rows of both sources that the filter lets through. @param groupsOf columns before the figures, each with a comma behind it */
function unionOf(
  { from, to, userId, chatId, backend, keyId }: UsageFilter,
  parameters: string[],
  groupsOf: (source: Source) => string,
): string {
  const placeholder = (value: string): string => `$${parameters.push(value)}`;
  const arms = SOURCES.map((source) => {
    const terms = [`"at" >= ${placeholder(from)}`, `"at" < ${placeholder(to)}`];
    const { user } = source.columns;
    if (userId !== undefined) terms.push(`${user} = ${placeholder(userId)}`);
    if (backend !== undefined) terms.push(`"backend" = ${placeholder(backend)}`);
    // By the column and not by what is made of it, which no index has.
    if (chatId !== undefined) terms.push(`${indexed(source.columns.chat)} = ${placeholder(chatId)}`);
    if (keyId !== undefined) terms.push(`${indexed(source.columns.key)} = ${placeholder(keyId)}`);
    const columns = `${groupsOf(source)}${source.figures}, ${COMMON_FIGURES}`;
    return `SELECT ${columns} FROM ${source.table} WHERE ${terms.join(' AND ')}`;
  });
  return arms.join(' UNION ALL ');
}

const indexed = (column: string): string => /"\w+"/.exec(column)?.[0] ?? column;

function expressionOf(group: UsageGroup, { columns }: Source, { from, to }: UsageFilter, timeZone: string): string {
  switch (group) {
    case 'day':
    case 'month': {
      if (timeZone === 'UTC') return `substr("at", 1, ${group === 'day' ? 10 : 7})`;
      const calendar = new ZoneCalendar(timeZone);
      const [start, end] = [Date.parse(from), Date.parse(to)];
      return nameAt(group === 'day' ? calendar.days(start, end) : calendar.months(start, end));
    }
    case 'backend':
    case 'model':
      return `"${group}"`;
    default:
      return columns[group];
  }
}

/** The name of the period that a time is in, found by halves: each row is compared with some nine of a year's days. */
function nameAt(periods: readonly NamedPeriod[]): string {
  const middle = periods[periods.length >> 1];
  if (middle === undefined || periods.length === 1) return `'${middle?.name ?? ''}'`;
  const [before, after] = [periods.slice(0, periods.length >> 1), periods.slice(periods.length >> 1)];
  return `CASE WHEN "at" < '${middle.start}' THEN ${nameAt(before)} ELSE ${nameAt(after)} END`;
}

/** Placeholders for the key in a cursor. @throws DomainError `invalid_cursor` */
function valuesIn(cursor: string, count: number, parameters: string[]): string {
  const values = textsIn(Buffer.from(cursor, 'base64url').toString('utf8'));
  if (values?.length !== count) {
    throw invalid('invalid_cursor', 'cursor must be the nextCursor of an earlier page of the same list.');
  }
  return values.map((value) => `$${parameters.push(value)}`).join(', ');
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
