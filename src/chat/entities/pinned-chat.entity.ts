import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** That a user keeps a chat at the top of their list. */
@Entity('pinned_chats')
@Index('pinned_chats_user', ['userId', 'chatId'], { unique: true })
@Index('pinned_chats_chat', ['chatId'])
export class PinnedChatEntity {
  @PrimaryColumn('varchar')
  id: string;

  @Column('varchar')
  userId: string;

  @Column('varchar')
  chatId: string;

  @Column('varchar')
  createdAt: string;
}
