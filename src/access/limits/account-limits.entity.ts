import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { LimitName } from './limit-reached';

export const LIMITED_KINDS = ['user', 'project'] as const;
/** Whose limits they are. */
export type LimitedKind = (typeof LIMITED_KINDS)[number];

/** By limit: how much, where that is not the default; 0: as much as there is. */
export type LimitValues = Readonly<Partial<Record<LimitName, number>>>;

/** What an administrator has set for one user or project. */
@Entity('account_limits')
export class AccountLimitsEntity {
  /** As `user:ada`. */
  @PrimaryColumn('varchar')
  id: string;

  @Column('simple-json')
  limits: LimitValues;

  @Column('varchar')
  updatedAt: string;
}

/** What a user or a project has used in a day or a month. */
@Entity('usage_counters')
@Index(['period'])
export class UsageCounterEntity {
  /** As `user:ada:2026-11-29`, `project:...:2026-11`. */
  @PrimaryColumn('varchar')
  id: string;

  /** The day or month, UTC. */
  @Column('varchar')
  period: string;

  @Column('bigint')
  tokens: number;

  /** Millionths of the currency of the prices. */
  @Column('bigint')
  costMicros: number;
}

/** A row that two acceptances for one user or project change one after another, so that the second counts the first. */
@Entity('limit_gates')
export class LimitGateEntity {
  @PrimaryColumn('varchar')
  id: string;

  @Column('bigint')
  admitted: number;
}
