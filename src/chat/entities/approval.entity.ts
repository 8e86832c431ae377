import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

export type ApprovalKind = 'command' | 'file_change' | 'permissions' | 'user_input' | 'elicitation';
/** `expired`: nobody answered in time. `canceled`: the turn ended, or codex withdrew the question. */
export type ApprovalStatus = 'pending' | 'resolved' | 'expired' | 'canceled';
/** A word, or an object with one key, as codex offered it. */
export type Decision = string | Record<string, unknown>;

/** A question that codex asks a person. */
@Entity('approvals')
@Index(['chatId', 'status'])
export class ApprovalEntity {
  @PrimaryColumn('varchar')
  id: string;

  @Column('varchar')
  userId: string;

  @Column('varchar')
  chatId: string;

  @Column('varchar')
  turnId: string;

  /** The agent action that the question is about. */
  @Column('varchar', { nullable: true })
  itemId: string | null;

  @Column('varchar')
  kind: ApprovalKind;

  @Column('simple-json')
  request: Record<string, unknown>;

  @Column('simple-json')
  decisions: Decision[];

  @Column('varchar')
  status: ApprovalStatus;

  @Column('simple-json', { nullable: true })
  decision: Decision | null;

  @Column('varchar')
  createdAt: string;

  @Column('varchar')
  expiresAt: string;

  @Column('varchar', { nullable: true })
  resolvedAt: string | null;
}
