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

  /** Of the chat; null for one that an older version of this service has deleted. */
  @Column('varchar', { nullable: true })
  familyId: string | null;

  @Column('varchar')
  removedAt: string;
}
