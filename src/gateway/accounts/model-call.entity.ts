import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { wholeNumber } from '../../database/whole-number';
import type { CallEndpoint, CallStatus } from './metered-call';

/** One call of a model through the gateway. It stays when its chat or its key is deleted, since it was paid for. */
@Entity('model_calls')
@Index(['at'])
@Index(['userId', 'at'])
@Index(['chatId', 'at'])
@Index(['keyId', 'at'])
export class ModelCallEntity {
  @PrimaryColumn('varchar')
  id: string;

  /** When it began. */
  @Column('varchar')
  at: string;

  @Column('varchar')
  userId: string;

  /** Null for a call that no chat made. */
  @Column('varchar', { nullable: true })
  chatId: string | null;

  /** Codex's thread. */
  @Column('varchar', { nullable: true })
  threadId: string | null;

  /** The gateway key that was used. */
  @Column('varchar', { nullable: true })
  keyId: string | null;

  @Column('varchar')
  endpoint: CallEndpoint;

  /** The backend that answered, or tried last. */
  @Column('varchar')
  backend: string;

  /** The provider's name of the model. */
  @Column('varchar')
  model: string;

  @Column('varchar', { nullable: true })
  deployment: string | null;

  /** The backend that was asked for, when another one took over. */
  @Column('varchar', { nullable: true })
  fallbackFrom: string | null;

  @Column('integer')
  inputTokens: number;

  /** Part of the input. */
  @Column('integer')
  cachedTokens: number;

  @Column('integer')
  outputTokens: number;

  /** Part of the output. */
  @Column('integer')
  reasoningTokens: number;

  /** Millionths of the currency of the prices; null where the backend has no price. */
  @Column('bigint', { nullable: true, transformer: wholeNumber })
  costMicros: number | null;

  /** Null when nothing came. */
  @Column('integer', { nullable: true })
  firstOutputMs: number | null;

  @Column('integer')
  durationMs: number;

  @Column('integer')
  retries: number;

  @Column('varchar')
  status: CallStatus;

  @Column('varchar', { nullable: true })
  errorCode: string | null;
}
