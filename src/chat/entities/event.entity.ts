import { Column, Entity, PrimaryColumn } from 'typeorm';

/** One entry of a chat's log. */
@Entity('events')
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
