import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** A chat's working copy of its project's repository. */
@Entity('working_copies')
export class WorkingCopyEntity {
  @PrimaryColumn('varchar')
  chatId: string;

  /** Whose chat it is. */
  @Column('varchar')
  userId: string;

  @Index('working_copies_repository_id')
  @Column('varchar')
  repositoryId: string;

  /** The chat's own, here and at the host. */
  @Column('varchar')
  branch: string;

  @Column('varchar')
  baseBranch: string;

  /** Of the base branch, on which the chat's commits are. */
  @Column('varchar')
  baseCommit: string;

  /** What the branch is at the host, as far as this service has pushed it. */
  @Column('varchar', { nullable: true })
  pushedCommit: string | null;

  @Column('varchar')
  createdAt: string;
}
