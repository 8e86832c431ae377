import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** What chats are filed in, and what people share: its members may use its chats as their role says. */
@Entity('projects')
@Index(['personalOf'], { unique: true })
export class ProjectEntity {
  @PrimaryColumn('varchar')
  id: string;

  @Column('varchar')
  name: string;

  @Column('text')
  description: string;

  /** What the agents of its chats are told in each turn; null: nothing. */
  @Column('text', { nullable: true })
  instructions: string | null;

  /** The user whose own project it is; null for one that was made. */
  @Column('varchar', { nullable: true })
  personalOf: string | null;

  @Column('boolean')
  archived: boolean;

  @Column('varchar')
  createdAt: string;

  @Column('varchar')
  updatedAt: string;
}
