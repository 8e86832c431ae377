import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** What a person has allowed the agent of one chat for good: commands that begin so run without being asked for. */
@Entity('approval_rules')
@Index(['chatId', 'id'])
export class ApprovalRuleEntity {
  @PrimaryColumn('varchar')
  id: string;

  @Column('varchar')
  userId: string;

  @Column('varchar')
  chatId: string;

  /** The words that a command begins with. */
  @Column('simple-json')
  prefix: string[];

  /** The question that was answered so. */
  @Column('varchar')
  approvalId: string;

  @Column('varchar')
  createdAt: string;
}
