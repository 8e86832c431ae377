import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { AgentDecision, AgentQuestionKind } from '../../app-server/agent/agent-question';

export type ApprovalKind = AgentQuestionKind;
/** `expired`: nobody answered in time. `canceled`: the turn ended, or the agent withdrew its request. */
export type ApprovalStatus = 'pending' | 'resolved' | 'expired' | 'canceled';
export type Decision = AgentDecision;

/** A request of the agent that a person has to answer. */
@Entity('approvals')
@Index(['chatId', 'status'])
@Index('approvals_pending', ['userId', 'chatId'], { where: `"status" = 'pending'` })
@Index(['turnId'])
export class ApprovalEntity {
  @PrimaryColumn('varchar')
  id: string;

  @Column('varchar')
  userId: string;

  @Column('varchar')
  chatId: string;

  /** Number of the event that brought it into the chat's log: its place in the chat. */
  @Column('integer')
  seq: number;

  @Column('varchar')
  turnId: string;

  /** The agent action that the request is about. */
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

  /** Rules of the chat that answered it; null when none did. */
  @Column('simple-json', { nullable: true })
  ruleIds: string[] | null;

  @Column('varchar')
  createdAt: string;

  @Column('varchar')
  expiresAt: string;

  @Column('varchar', { nullable: true })
  resolvedAt: string | null;

  /** The user who answered it; null when nobody did, or that user is erased. */
  @Column('varchar', { nullable: true })
  resolvedBy: string | null;
}

/** One that has no place in its chat's log yet. */
export type NewApproval = Omit<ApprovalEntity, 'seq'>;
