import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity('users')
export class UserEntity {
  @PrimaryColumn('varchar')
  id: string;

  @Column('varchar')
  displayName: string;

  @Column('varchar')
  createdAt: string;
}
