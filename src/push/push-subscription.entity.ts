import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** A browser that is told of chats while the page is closed. */
@Entity('push_subscriptions')
@Index(['userId'])
@Index(['sessionId'])
@Index(['endpointHash'], { unique: true })
export class PushSubscriptionEntity {
  @PrimaryColumn('varchar')
  id: string;

  @Column('varchar')
  userId: string;

  /** The session of the browser, with which it ends; null: it was made without one, and ends with its user. */
  @Column('varchar', { nullable: true })
  sessionId: string | null;

  /** Address at the push service of the browser: who knows it, and has the key of the service, may send. */
  @Column('text')
  endpoint: string;

  /** SHA-256 of it. */
  @Column('varchar')
  endpointHash: string;

  /** Public key of the browser, and what it shares with who may send: base64url. */
  @Column('varchar')
  p256dh: string;

  @Column('varchar')
  auth: string;

  /** The public key of the service that the push service knows for it. */
  @Column('varchar')
  vapidKey: string;

  /** Ids of projects whose chats it is told of beside those of its user. */
  @Column('simple-json')
  projects: string[];

  @Column('varchar')
  userAgent: string;

  @Column('varchar')
  createdAt: string;

  /** When the page has named it last. */
  @Column('varchar')
  renewedAt: string;

  /** When its push service has taken something last. */
  @Column('varchar', { nullable: true })
  deliveredAt: string | null;

  /** Why the last attempt has failed, in words; null: it has not. */
  @Column('text', { nullable: true })
  error: string | null;
}
