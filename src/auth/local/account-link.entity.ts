import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { Role } from '../principal';

/** The first administrator's account, somebody's who is invited, or a new password for an account that there is. */
export const LINK_PURPOSES = ['first-admin', 'invitation', 'reset'] as const;
export type LinkPurpose = (typeof LINK_PURPOSES)[number];

/** A link that can be used once; the row goes when it is. */
@Index(['hash'], { unique: true })
@Index(['expiresAt'])
@Entity('account_links')
export class AccountLinkEntity {
  @PrimaryColumn('varchar')
  id: string;

  /** SHA-256 of the code in the link. */
  @Column('varchar')
  hash: string;

  @Column('varchar')
  purpose: LinkPurpose;

  /** Whose password it sets; null: a user is made. */
  @Column('varchar', { nullable: true })
  userId: string | null;

  /** The account's name, where whoever made the link has chosen it. */
  @Column('varchar', { nullable: true })
  login: string | null;

  /** Of the user that is made. */
  @Column('varchar')
  role: Role;

  @Column('varchar')
  createdAt: string;

  @Column('varchar')
  expiresAt: string;
}
