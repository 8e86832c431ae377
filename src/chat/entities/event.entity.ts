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

  /** 1, 2, 3 ... in each chat; when a turn has ended, some of its events are taken out. */
  @PrimaryColumn('integer')
  seq: number;

  /** Number of the event before it that is kept, 0 for none; null: `seq - 1`. */
  @Column('integer', { nullable: true })
  previousSeq: number | null;

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
