import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** What a webhook can be told of. */
export const WEBHOOK_EVENTS = ['turn.completed', 'approval.requested', 'budget.reached'] as const;
export type WebhookEvent = (typeof WEBHOOK_EVENTS)[number];

/**
 * Why the service has switched a webhook off: `failing`: nothing was taken for about a day; `gone`: it was answered 410;
 * `author_left`: who set it up may not write in the project any more.
 */
export const DISABLED_REASONS = ['failing', 'gone', 'author_left'] as const;
export type DisabledReason = (typeof DISABLED_REASONS)[number];

/** An address that is told of what happens in the chats of a user or of a project. */
@Entity('webhooks')
@Index(['userId'])
@Index(['projectId'])
@Index(['authorId'])
export class WebhookEntity {
  @PrimaryColumn('varchar')
  id: string;

  /** Whose it is; null: a project's. */
  @Column('varchar', { nullable: true })
  userId: string | null;

  /** Whose it is; null: a user's. */
  @Column('varchar', { nullable: true })
  projectId: string | null;

  /** Who made it, or switched it on again; null for one that is erased. */
  @Column('varchar', { nullable: true })
  authorId: string | null;

  @Column('varchar')
  name: string;

  @Column('text')
  url: string;

  @Column('simple-json')
  events: WebhookEvent[];

  /** Whether it is sent answers, and what the agent asks for, and not only that there are some. */
  @Column('boolean')
  includeContent: boolean;

  /** Deliveries on their way to it at a time. */
  @Column('integer')
  concurrency: number;

  /** Ciphertext of the secret that signs. */
  @Column('text')
  secret: string;

  /** Ciphertext of the one before, which signs, too, until `previousSecretUntil`. */
  @Column('text', { nullable: true })
  previousSecret: string | null;

  @Column('varchar', { nullable: true })
  previousSecretUntil: string | null;

  @Column('boolean')
  enabled: boolean;

  /** Null: it is enabled, or somebody has switched it off. */
  @Column('varchar', { nullable: true })
  disabledReason: DisabledReason | null;

  /** Since when every attempt has failed; null: the last one has not. */
  @Column('varchar', { nullable: true })
  failingSince: string | null;

  /** Events that were not stored for it, as too many waited. */
  @Column('integer')
  dropped: number;

  @Column('varchar')
  createdAt: string;

  @Column('varchar')
  updatedAt: string;
}
