import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** The password of a user. */
@Index(['login'], { unique: true })
@Entity('local_accounts')
export class LocalAccountEntity {
  @PrimaryColumn('varchar')
  userId: string;

  /** What the user signs in as, in lower case. */
  @Column('varchar')
  login: string;

  /** Argon2id, in the PHC form. */
  @Column('varchar')
  passwordHash: string;

  @Column('varchar')
  createdAt: string;

  @Column('varchar')
  changedAt: string;
}
