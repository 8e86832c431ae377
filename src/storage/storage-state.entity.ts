import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What the storage remembers of itself, by name. */
@Entity('storage_state')
export class StorageState {
  @PrimaryColumn('varchar')
  name: string;

  @Column('text')
  value: string;
}
