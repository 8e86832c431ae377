import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { TemplateContent } from './template-content';

/** A template that is no file: of a project, for its chats, or of one user. */
@Entity('templates')
@Index(['projectId'])
@Index(['userId'])
@Index(['authorId'])
export class TemplateEntity {
  @PrimaryColumn('varchar')
  id: string;

  /** Whose it is; null: a user's. */
  @Column('varchar', { nullable: true })
  projectId: string | null;

  /** Whose it is; null: a project's. */
  @Column('varchar', { nullable: true })
  userId: string | null;

  /** Who changed it last; null for one that is erased. */
  @Column('varchar', { nullable: true })
  authorId: string | null;

  @Column('simple-json')
  content: TemplateContent;

  /** 1, 2, 3 ... with each change. */
  @Column('integer')
  version: number;

  @Column('varchar')
  createdAt: string;

  @Column('varchar')
  updatedAt: string;
}

/** What a template said when a chat was made from it; kept as long as there is such a chat. */
@Entity('template_versions')
@Index(['createdAt'])
export class TemplateVersionEntity {
  /** SHA-256 of template and content, in hexadecimal digits. */
  @PrimaryColumn('varchar')
  id: string;

  @Column('varchar')
  templateId: string;

  @Column('simple-json')
  content: TemplateContent;

  @Column('varchar')
  createdAt: string;
}
