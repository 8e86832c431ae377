import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

export const PROJECT_ROLES = ['owner', 'editor', 'viewer'] as const;

/** `viewer` reads; `editor` also writes, and makes chats; `owner` also manages members, links and deletions. */
export type ProjectRole = (typeof PROJECT_ROLES)[number];

/** That somebody may use a project, and how. */
@Entity('project_members')
@Index(['projectId', 'userId'], { unique: true })
@Index(['userId', 'projectId'])
export class ProjectMemberEntity {
  @PrimaryColumn('varchar')
  id: string;

  @Column('varchar')
  projectId: string;

  @Column('varchar')
  userId: string;

  @Column('varchar')
  role: ProjectRole;

  @Column('varchar')
  createdAt: string;
}
