import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** A link by which anybody may read one chat. */
@Entity('chat_shares')
@Index(['tokenHash'], { unique: true })
@Index(['chatId', 'id'])
export class ChatShareEntity {
  @PrimaryColumn('varchar')
  id: string;

  /** Who made it. */
  @Column('varchar')
  userId: string;

  @Column('varchar')
  chatId: string;

  /** SHA-256 of the link's token, in hexadecimal digits. */
  @Column('varchar')
  tokenHash: string;

  /** Whether what the agent did in the workspace is shown: commands, their output, changes of files. */
  @Column('boolean')
  workspace: boolean;

  @Column('varchar')
  createdAt: string;

  /** Null: until it is revoked. */
  @Column('varchar', { nullable: true })
  expiresAt: string | null;
}
