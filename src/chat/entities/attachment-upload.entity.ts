import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { wholeNumber } from '../../database/whole-number';

/** A file that was uploaded for a message which is to be sent within hours; its content is kept for as long. */
@Entity('attachment_uploads')
@Index(['chatId'])
@Index(['createdAt'])
export class AttachmentUpload {
  @PrimaryColumn('varchar')
  id: string;

  @Column('varchar')
  chatId: string;

  /** Who uploaded it, and alone may send it. */
  @Column('varchar')
  userId: string;

  @Column('varchar')
  blobId: string;

  @Column('varchar')
  fileName: string;

  /** By its bytes. */
  @Column('varchar')
  mediaType: string;

  /** Bytes. */
  @Column('bigint', { transformer: wholeNumber })
  size: number;

  @Column('varchar')
  createdAt: string;
}
