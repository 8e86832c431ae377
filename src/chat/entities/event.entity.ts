import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/**
 * The events of a turn that tell what no row has, as the condition of their index: a statement finds them by it only where it
 * has the same text.
 */
export const SHOWN_EVENTS =
  `"type" IN ('turn.queued','turn.started','turn.completed','reasoning.completed','plan.updated','diff.updated',` +
  `'usage.updated','warning','error','context.omitted','context.compacted')`;

/** One entry of a chat's log. */
@Entity('events')
@Index('events_shown', ['turnId', 'type', 'seq'], { where: SHOWN_EVENTS })
export class EventEntity {
  @PrimaryColumn('varchar')
  chatId: string;

  /** 1, 2, 3 ... in each chat, without gap. */
  @PrimaryColumn('integer')
  seq: number;

  @Column('varchar')
  userId: string;

  @Column('varchar', { nullable: true })
  turnId: string | null;

  @Column('varchar')
  type: string;

  @Column('varchar')
  at: string;

  @Column('simple-json')
  data: object;
}
