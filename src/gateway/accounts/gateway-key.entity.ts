import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { wholeNumber } from '../../database/whole-number';

/** After which time what was spent is forgotten: never, at midnight UTC, or on the first of the month. */
export const BUDGET_PERIODS = ['total', 'day', 'month'] as const;
export type BudgetPeriod = (typeof BUDGET_PERIODS)[number];

/** A key with which a client from outside calls `/v1`. The key itself is kept nowhere. */
@Entity('gateway_keys')
@Index(['keyHash'], { unique: true })
@Index(['userId', 'id'])
export class GatewayKeyEntity {
  @PrimaryColumn('varchar')
  id: string;

  /** Whose calls these are: a user's, or the service's (`SERVICE_OWNER`). */
  @Column('varchar')
  userId: string;

  @Column('varchar')
  name: string;

  /** SHA-256 of the key, hexadecimal. */
  @Column('varchar')
  keyHash: string;

  /** The last characters of the key, to tell it from others. */
  @Column('varchar')
  last4: string;

  /** `backend` or `backend/model`; null: all. */
  @Column('simple-json', { nullable: true })
  models: string[] | null;

  @Column('integer', { nullable: true })
  requestsPerMinute: number | null;

  @Column('integer', { nullable: true })
  tokensPerMinute: number | null;

  /** Millionths of the currency of the prices. */
  @Column('bigint', { nullable: true, transformer: wholeNumber })
  budgetMicros: number | null;

  @Column('varchar')
  budgetPeriod: BudgetPeriod;

  /** Spent in the period that began at `periodStart`; millionths. */
  @Column('bigint', { transformer: wholeNumber })
  spentMicros: number;

  /** First day of the period, `2026-11-01`; empty for a budget without periods. */
  @Column('varchar')
  periodStart: string;

  @Column('boolean')
  enabled: boolean;

  @Column('varchar', { nullable: true })
  expiresAt: string | null;

  @Column('varchar', { nullable: true })
  lastUsedAt: string | null;

  @Column('varchar')
  createdAt: string;

  @Column('varchar')
  updatedAt: string;
}
