import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** Somebody who is signed in with a browser. */
@Index(['secretHash'], { unique: true })
@Index(['userId', 'id'])
@Index(['expiresAt'])
@Index(['providerSession'])
@Entity('browser_sessions')
export class BrowserSessionEntity {
  @PrimaryColumn('varchar')
  id: string;

  @Column('varchar')
  userId: string;

  /** SHA-256 of what the cookie holds. */
  @Column('varchar')
  secretHash: string;

  @Column('varchar')
  createdAt: string;

  /** To the minute: it is not written with every request. */
  @Column('varchar')
  lastUsedAt: string;

  /** The absolute end; an idle one ends before. */
  @Column('varchar')
  expiresAt: string;

  @Column('varchar')
  userAgent: string;

  @Column('varchar')
  address: string;

  /** What the identity provider calls its own session (`sid`), by which it ends this one; null: it has none. */
  @Column('varchar', { nullable: true })
  providerSession: string | null;

  /** When the provider is asked whether the user is still signed in there; null: it is not asked. */
  @Column('varchar', { nullable: true })
  refreshAt: string | null;

  /** The provider's tokens, encrypted with the secret that only the browser has; null: none. */
  @Column('text', { nullable: true })
  providerTokens: string | null;
}
