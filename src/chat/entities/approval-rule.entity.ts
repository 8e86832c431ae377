import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** What a person has allowed the agent of one chat for good: commands that begin so run without being asked for. */
@Entity('approval_rules')
@Index(['chatId', 'seq'])
export class ApprovalRuleEntity {
  @PrimaryColumn('varchar')
  id: string;

  @Column('varchar')
  userId: string;

  @Column('varchar')
  chatId: string;

  /** Number of the event that brought it into the chat's log: its place in the chat. */
  @Column('integer')
  seq: number;

  /** The words that a command begins with. */
  @Column('simple-json')
  prefix: string[];

  /** The question that was answered so. */
  @Column('varchar')
  approvalId: string;

  @Column('varchar')
  createdAt: string;
}

/** One that has no place in its chat's log yet. */
export type NewApprovalRule = Omit<ApprovalRuleEntity, 'seq'>;
