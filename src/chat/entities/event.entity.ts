import { Column, Entity, PrimaryColumn } from 'typeorm';

/** One entry of a chat's log. */
@Entity('events')
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
