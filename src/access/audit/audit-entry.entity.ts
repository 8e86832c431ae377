import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

export const AUDIT_OUTCOMES = ['done', 'refused'] as const;
export type AuditOutcome = (typeof AUDIT_OUTCOMES)[number];

/** Something that somebody did, or was refused, which may have to be accounted for. Holds nothing of any content. */
@Entity('audit_entries')
@Index(['at'])
@Index(['actorId', 'id'])
@Index(['action', 'id'])
@Index(['targetId', 'id'])
export class AuditEntryEntity {
  @PrimaryColumn('varchar')
  id: string;

  @Column('varchar')
  at: string;

  /** What was done, as `project.member_added`. */
  @Column('varchar')
  action: string;

  @Column('varchar')
  outcome: AuditOutcome;

  /** The user who did it; null for nobody who is known. */
  @Column('varchar', { nullable: true })
  actorId: string | null;

  /** How the user had said who they are. */
  @Column('varchar', { nullable: true })
  via: string | null;

  /** Where the request came from; null for what no request has caused. */
  @Column('varchar', { nullable: true })
  address: string | null;

  @Column('varchar', { nullable: true })
  requestId: string | null;

  /** The kind of what it was done to, as `chat`. */
  @Column('varchar', { nullable: true })
  targetKind: string | null;

  @Column('varchar', { nullable: true })
  targetId: string | null;

  /** More about it, by action. */
  @Column('simple-json')
  detail: Record<string, string | number | boolean | null>;
}
