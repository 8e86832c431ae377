import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** A file of a skill beside its SKILL.md. */
export interface StoredSkillFile {
  readonly path: string;
  readonly content: string;
}

/** A skill that the chats of a project may choose. */
@Entity('project_skills')
@Index(['projectId', 'name'], { unique: true })
@Index(['authorId'])
export class ProjectSkillEntity {
  @PrimaryColumn('varchar')
  id: string;

  @Column('varchar')
  projectId: string;

  /** As its document says. */
  @Column('varchar')
  name: string;

  /** As its document says. */
  @Column('text')
  description: string;

  /** The text of SKILL.md. */
  @Column('text')
  document: string;

  @Column('simple-json')
  files: StoredSkillFile[];

  /** Who changed it last; null for one that is erased. */
  @Column('varchar', { nullable: true })
  authorId: string | null;

  /** 1, 2, 3 ... with each change. */
  @Column('integer')
  version: number;

  @Column('varchar')
  createdAt: string;

  @Column('varchar')
  updatedAt: string;
}
