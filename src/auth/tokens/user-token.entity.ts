import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** A token with which a user's programs call. */
@Index(['hash'], { unique: true })
@Index(['userId', 'id'])
@Entity('user_tokens')
export class UserTokenEntity {
  @PrimaryColumn('varchar')
  id: string;

  @Column('varchar')
  userId: string;

  @Column('varchar')
  name: string;

  /** SHA-256 of the token. */
  @Column('varchar')
  hash: string;

  /** Its first characters, by which its user knows it. */
  @Column('varchar')
  start: string;

  /** Separated by blanks. */
  @Column('varchar')
  scopes: string;

  @Column('varchar')
  createdAt: string;

  @Column('varchar', { nullable: true })
  expiresAt: string | null;

  /** To the minute: it is not written with every request. */
  @Column('varchar', { nullable: true })
  lastUsedAt: string | null;
}
