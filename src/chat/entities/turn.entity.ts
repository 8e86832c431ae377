import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { TokenUsage } from './token-usage.dto';

export const TURN_STATUSES = ['queued', 'running', 'completed', 'interrupted', 'failed'] as const;
export type TurnStatus = (typeof TURN_STATUSES)[number];
/** The states that a turn ends in; it never leaves one. */
export type EndedTurnStatus = Extract<TurnStatus, 'completed' | 'interrupted' | 'failed'>;

/** What a message asked of its turn besides its content. */
export interface TurnOptions {
  readonly model?: string;
  readonly effort?: string;
  readonly outputSchema?: Record<string, unknown>;
  /** Id of the request that brought the message; the turn's log lines carry it. */
  readonly requestId?: string;
}

/** One run of the agent. */
@Entity('turns')
@Index(['chatId', 'ordinal'], { unique: true })
@Index(['status'])
@Index(['authorId', 'createdAt'])
@Index('turns_uncompacted', ['endedAt'], { where: '"compacted_at" IS NULL' })
@Index('turns_unsynced', ['chatId', 'ordinal'], { where: 'NOT "synced"' })
export class TurnEntity {
  @PrimaryColumn('varchar')
  id: string;

  @Column('varchar')
  userId: string;

  /** The user whose message it answers, to whom it counts; null for a user that is erased. */
  @Column('varchar', { nullable: true })
  authorId: string | null;

  @Column('varchar')
  chatId: string;

  /** 1, 2, 3 ... in each chat, in the order of acceptance; among those that waited together, in that which users have made of it. */
  @Column('integer')
  ordinal: number;

  @Column('varchar')
  status: TurnStatus;

  @Column('simple-json')
  options: TurnOptions;

  @Column('varchar', { nullable: true })
  errorCode: string | null;

  @Column('text', { nullable: true })
  errorMessage: string | null;

  /** Codex's thread has all of the turn; false while that is not known. */
  @Column('boolean')
  synced: boolean;

  @Column('simple-json')
  usage: TokenUsage;

  @Column('varchar')
  createdAt: string;

  @Column('varchar', { nullable: true })
  startedAt: string | null;

  @Column('varchar', { nullable: true })
  endedAt: string | null;

  /** When what its events say no more was taken out of the log; null: it was not. */
  @Column('varchar', { nullable: true })
  compactedAt: string | null;
}
