import { Injectable, OnModuleInit } from '@nestjs/common';
import { now } from '../../common/clock';
import { AccountConfig } from '../../config/account.config';
import { Database } from '../../database/database';
import { AccountLimitsEntity, LimitedKind, LimitValues } from './account-limits.entity';
import { LimitName, LIMITS } from './limit-reached';

const MICROS = 1_000_000;
const MIB = 1024 * 1024;

/** How much there is of each; 0: no limit. Money in millionths, storage in bytes. */
export type EffectiveLimits = Readonly<Record<LimitName, number>>;

export const limitedId = (kind: LimitedKind, id: string): string => `${kind}:${id}`;

/** How much each user and project may use: what an administrator has set, else the defaults. */
@Injectable()
export class LimitSettings implements OnModuleInit {
  private readonly defaults: EffectiveLimits;
  /** All rows: looked at with each message. */
  private readonly set = new Map<string, LimitValues>();

  constructor(
    private readonly database: Database,
    config: AccountConfig,
  ) {
    this.defaults = {
      turns_at_once: config.maxTurns,
      turns_per_minute: config.turnsPerMinute,
      tokens_per_day: config.tokensPerDay,
      tokens_per_month: config.tokensPerMonth,
      cost_per_day: Math.round(config.costPerDayUsd * MICROS),
      cost_per_month: Math.round(config.costPerMonthUsd * MICROS),
      storage: config.storageMaxMb * MIB,
    };
  }

  async onModuleInit(): Promise<void> {
    for (const { id, limits } of await this.database.read.find(AccountLimitsEntity)) this.set.set(id, limits);
  }

  /** The defaults are for users; a project has those alone that were set for it. */
  of(kind: LimitedKind, id: string): EffectiveLimits {
    const own = this.set.get(limitedId(kind, id)) ?? {};
    const limits = LIMITS.map((name) => [name, own[name] ?? (kind === 'user' ? this.defaults[name] : 0)] as const);
    return Object.fromEntries(limits) as EffectiveLimits;
  }

  /** What was set for this one. */
  setFor(kind: LimitedKind, id: string): LimitValues {
    return this.set.get(limitedId(kind, id)) ?? {};
  }

  /** Takes effect with the next message. @param change null: the default again */
  async change(kind: LimitedKind, id: string, change: Partial<Record<LimitName, number | null>>): Promise<void> {
    const key = limitedId(kind, id);
    const merged = Object.entries({ ...this.set.get(key), ...change }).filter(([, value]) => typeof value === 'number');
    const limits = Object.fromEntries(merged) as LimitValues;
    await this.database.write((tx) => tx.upsert(AccountLimitsEntity, { id: key, limits, updatedAt: now() }, ['id']));
    this.set.set(key, limits);
  }

  async forget(kind: LimitedKind, id: string): Promise<void> {
    const key = limitedId(kind, id);
    await this.database.write((tx) => tx.delete(AccountLimitsEntity, { id: key }));
    this.set.delete(key);
  }
}
