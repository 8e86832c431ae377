import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/**
 * A response that its client asked to keep, with all that it was made from.
 *
 * The whole conversation is in each row, so that a response can be continued and deleted without regard to those
 * before it. Ids are unique per user only: a native backend's response keeps the id its provider gave it.
 */
@Entity('stored_responses')
@Index(['userId', 'createdAt'])
@Index(['createdAt'])
export class StoredResponse {
  @PrimaryColumn('varchar')
  userId: string;

  @PrimaryColumn('varchar')
  id: string;

  /** ISO 8601 UTC. */
  @Column('varchar')
  createdAt: string;

  /** Characters of `response` and `input`, which the user's share is counted in. */
  @Column('integer')
  size: number;

  /** The response object as JSON. */
  @Column('text')
  response: string;

  /** The items that it answers, those of earlier responses included, as a JSON list. */
  @Column('text')
  input: string;
}

/** Responses and their items are written one after another: an item is deleted by what other rows say. */
export const STORED_RESPONSES = { lane: 'stored-responses' };
