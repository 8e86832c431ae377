import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { TokenUsage } from './token-usage.dto';

export const TURN_STATUSES = ['queued', 'running', 'completed', 'interrupted', 'failed'] as const;
export type TurnStatus = (typeof TURN_STATUSES)[number];
/** The states that a turn ends in; it never leaves one. */
export type EndedTurnStatus = Extract<TurnStatus, 'completed' | 'interrupted' | 'failed'>;

/** What a turn is for: a message, or what its user has asked for by a call of its own. */
export const TURN_KINDS = ['message', 'compaction', 'review'] as const;
export type TurnKind = (typeof TURN_KINDS)[number];

/** How the agent is to work: `plan`: it says what it would do, and changes nothing. */
export const TURN_MODES = ['default', 'plan'] as const;
export type TurnMode = (typeof TURN_MODES)[number];

/** What a message asked of its turn besides its content. */
export interface TurnOptions {
  readonly backend?: string;
  /** Left out: a message. */
  readonly kind?: Exclude<TurnKind, 'message'>;
  /** Left out: the default. */
  readonly mode?: Exclude<TurnMode, 'default'>;
  readonly model?: string;
  readonly effort?: string;
  readonly outputSchema?: Record<string, unknown>;
  /** Where its calls of the model went, once it has begun; left out in turns of earlier versions. */
  readonly ranOn?: { readonly backend: string; readonly model: string | null };
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

  /** The turn of another chat that it is a copy of, where it was run and counted; null: it is none. */
  @Column('varchar', { nullable: true })
  copiedFrom: string | null;

  /** Codex's thread and turn that it was run as; null where that is not known. */
  @Column('varchar', { nullable: true })
  codexThreadId: string | null;

  @Column('varchar', { nullable: true })
  codexTurnId: string | null;

  /** When what its events say no more was taken out of the log; null: it was not. */
  @Column('varchar', { nullable: true })
  compactedAt: string | null;
}
