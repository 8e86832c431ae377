import { Injectable } from '@nestjs/common';
import { Database } from '../../database/database';
import type { Write } from '../../database/write-queue';
import type { WriteTransaction } from '../../database/write-transaction';
import { LimitedKind } from './account-limits.entity';
import { EffectiveLimits, limitedId, LimitSettings } from './limit-settings';
import { LimitName, limitReached, LIMITS } from './limit-reached';
import { LimitDto } from './limit.dto';
import { Query, usedOf } from './used';

/** When a turn that runs has ended is not known. */
const RETRY_SECONDS = 5;

const SPENT: readonly LimitName[] = ['tokens_per_day', 'tokens_per_month', 'cost_per_day', 'cost_per_month'];

/** What users and projects may use, how much of it they have used, and whether there is more. */
@Injectable()
export class UsageLimits {
  constructor(
    private readonly database: Database,
    private readonly settings: LimitSettings,
  ) {}

  /**
   * What is to be written first with a turn that is accepted: throws where a limit of its author, or of its project, is
   * reached. Of two at once, the second counts the first.
   *
   * @returns nothing where neither has a limit. The write throws DomainError 429 `limit_reached`.
   */
  admission(userId: string, projectId: string): Write<unknown>[] {
    const limited = [['user', userId] as const, ['project', projectId] as const].flatMap(([kind, id]) => {
      const limits = this.settings.of(kind, id);
      return LIMITS.some((name) => limits[name] > 0) ? [{ kind, id, limits }] : [];
    });
    if (limited.length === 0) return [];
    return [
      async (tx) => {
        for (const { kind, id, limits } of limited) {
          await enter(tx, limitedId(kind, id));
          await requireAll((text, parameters) => tx.query(text, parameters), { kind, id, limits, names: LIMITS });
        }
      },
    ];
  }

  /** @throws DomainError 429 `limit_reached` where what a user may spend is spent */
  async requireUnspent(userId: string): Promise<void> {
    const limits = this.settings.of('user', userId);
    if (!SPENT.some((name) => limits[name] > 0)) return;
    const { read } = this.database;
    await requireAll((text, parameters) => read.query(text, parameters), {
      ...{ kind: 'user', id: userId, limits, names: SPENT },
    });
  }

  /**
   * How many bytes more a user, and a project, may store; those without a limit are left out. Of folders of chats what was
   * measured last counts.
   */
  async storageLeft(userId: string, projectId: string): Promise<{ kind: LimitedKind; bytes: number }[]> {
    const { read } = this.database;
    const left: { kind: LimitedKind; bytes: number }[] = [];
    for (const [kind, id] of [['user', userId] as const, ['project', projectId] as const]) {
      const { storage } = this.settings.of(kind, id);
      if (storage === 0) continue;
      const { used } = await usedOf((text, values) => read.query(text, values), 'storage', kind, id);
      left.push({ kind, bytes: Math.max(0, storage - used) });
    }
    return left;
  }

  /** Every limit of a user or a project, and how much of it is used. */
  async view(kind: LimitedKind, id: string): Promise<LimitDto[]> {
    const limits = this.settings.of(kind, id);
    const set = this.settings.setFor(kind, id);
    const { read } = this.database;
    return Promise.all(
      LIMITS.map(async (name): Promise<LimitDto> => {
        const { used, resetsAtMs } = await usedOf((text, values) => read.query(text, values), name, kind, id);
        const resetsAt = resetsAtMs === null ? null : new Date(resetsAtMs).toISOString();
        return { limit: name, maximum: limits[name] || null, used, resetsAt, isDefault: set[name] === undefined };
      }),
    );
  }
}

/** Holds up every other acceptance for the same user or project until this transaction is over. */
const enter = (tx: WriteTransaction, id: string): Promise<number> =>
  tx.run(
    'INSERT INTO "limit_gates" ("id", "admitted") VALUES ($1, 1) ' +
      'ON CONFLICT ("id") DO UPDATE SET "admitted" = "limit_gates"."admitted" + 1',
    [id],
  );

async function requireAll(
  query: Query,
  of: { kind: LimitedKind; id: string; limits: EffectiveLimits; names: readonly LimitName[] },
): Promise<void> {
  for (const name of of.names.filter((limit) => of.limits[limit] > 0)) {
    const { used, resetsAtMs } = await usedOf(query, name, of.kind, of.id);
    if (used < of.limits[name]) continue;
    const seconds = resetsAtMs === null ? RETRY_SECONDS : (resetsAtMs - Date.now()) / 1000;
    throw limitReached(name, seconds, of.kind);
  }
}
