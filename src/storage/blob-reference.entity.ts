import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/**
 * A use of a blob, under the id by which its user knows it: the same content that somebody else has stored has another.
 * It goes with what it belongs to.
 */
@Entity('blob_references')
@Index(['blobId'])
@Index(['messageId'])
export class BlobReference {
  @PrimaryColumn('varchar')
  id: string;

  @Column('varchar')
  userId: string;

  @Column('varchar')
  blobId: string;

  /** The message that it is a picture or a file of. */
  @Column('varchar', { nullable: true })
  messageId: string | null;

  @Column('varchar')
  mediaType: string;

  /** As its user has called it; null for a picture without a name. */
  @Column('varchar', { nullable: true })
  fileName: string | null;

  @Column('varchar')
  createdAt: string;
}
