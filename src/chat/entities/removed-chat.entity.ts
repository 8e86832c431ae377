import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A chat that was deleted, until codex's copies of its threads and its folder are gone, too. */
@Entity('removed_chats')
export class RemovedChat {
  @PrimaryColumn('varchar')
  chatId: string;

  @Column('varchar')
  userId: string;

  /** All threads of codex that it ever had. */
  @Column('simple-json')
  threadIds: string[];

  @Column('varchar')
  removedAt: string;
}
