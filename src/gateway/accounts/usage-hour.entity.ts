import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { wholeNumber } from '../../database/whole-number';

const sum = { transformer: wholeNumber };

/** What the calls of one hour have used together whose own rows were deleted by age. */
@Entity('usage_hours')
@Index(['userId', 'at'])
@Index(['chatRef', 'at'])
export class UsageHourEntity {
  /** Beginning of the hour. */
  @PrimaryColumn('varchar')
  at: string;

  @PrimaryColumn('varchar')
  userId: string;

  @PrimaryColumn('varchar')
  backend: string;

  @PrimaryColumn('varchar')
  model: string;

  /** Id of the chat; empty for none. It may be gone. */
  @PrimaryColumn('varchar')
  chatRef: string;

  /** Id of the gateway key; empty for none. It may be gone. */
  @PrimaryColumn('varchar')
  keyRef: string;

  @Column('bigint', sum)
  calls: number;

  @Column('bigint', sum)
  failedCalls: number;

  /** Calls without a price. */
  @Column('bigint', sum)
  unpricedCalls: number;

  @Column('bigint', sum)
  inputTokens: number;

  @Column('bigint', sum)
  cachedTokens: number;

  @Column('bigint', sum)
  outputTokens: number;

  @Column('bigint', sum)
  reasoningTokens: number;

  @Column('bigint', sum)
  costMicros: number;
}
