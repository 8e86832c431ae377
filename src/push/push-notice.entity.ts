import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { EndedTurnStatus } from '../chat/entities/turn.entity';

/** `waiting`: a chat waits for an answer; `ended`: its turn is over; `test`: somebody wants to see whether it arrives. */
export type PushKind = 'waiting' | 'ended' | 'test';

/** Something that a browser is to be told: the outbox. What was told, or is not to be told any more, is deleted. */
@Entity('push_notices')
@Index(['subscriptionId'])
@Index(['nextAttemptAt'])
export class PushNoticeEntity {
  @PrimaryColumn('varchar')
  id: string;

  @Column('varchar')
  subscriptionId: string;

  @Column('varchar')
  kind: PushKind;

  /** Null: a test. */
  @Column('varchar', { nullable: true })
  chatId: string | null;

  /** The approval that waits, or the turn that has ended; null: a test. */
  @Column('varchar', { nullable: true })
  subjectId: string | null;

  /** How the turn has ended; null: none has. */
  @Column('varchar', { nullable: true })
  turnStatus: EndedTurnStatus | null;

  @Column('integer')
  attempts: number;

  /** While one is under way, when it counts as lost. */
  @Column('varchar')
  nextAttemptAt: string;

  @Column('varchar')
  createdAt: string;

  /** From then on it is not news any more. */
  @Column('varchar')
  expiresAt: string;
}
