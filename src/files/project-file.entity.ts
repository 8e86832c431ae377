import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { wholeNumber } from '../database/whole-number';

/** A file that all chats of a project can read. */
@Entity('project_files')
@Index(['projectId', 'name'], { unique: true })
@Index(['projectId', 'id'])
@Index(['blobId'])
@Index(['userId'])
export class ProjectFileEntity {
  @PrimaryColumn('varchar')
  id: string;

  @Column('varchar')
  projectId: string;

  /** Who uploaded it; null for one that is erased. */
  @Column('varchar', { nullable: true })
  userId: string | null;

  @Column('varchar')
  blobId: string;

  @Column('varchar')
  name: string;

  /** By its bytes. */
  @Column('varchar')
  mediaType: string;

  /** Bytes. */
  @Column('bigint', { transformer: wholeNumber })
  size: number;

  /** In hexadecimal digits. */
  @Column('varchar')
  sha256: string;

  @Column('varchar')
  createdAt: string;
}
