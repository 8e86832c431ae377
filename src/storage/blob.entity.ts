import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { wholeNumber } from '../database/whole-number';

/** Content that is in the store, is on its way there, or is about to go. */
@Entity('blobs')
@Index(['sha256'])
export class BlobEntity {
  @PrimaryColumn('varchar')
  id: string;

  /** In hexadecimal digits. */
  @Column('varchar')
  sha256: string;

  /** Bytes. */
  @Column('bigint', { transformer: wholeNumber })
  size: number;

  /** Of its object in the store. */
  @Column('varchar')
  key: string;

  /**
   * `storing`: its object may be there in part, or not; nothing refers to it. `removing`: nothing refers to it any more, nor
   * may; its object is being deleted.
   */
  @Column('varchar')
  state: 'storing' | 'stored' | 'removing';

  /** When it was last stored, or referred to anew. */
  @Column('varchar')
  touchedAt: string;
}
