import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { Role } from './principal';

@Entity('users')
@Index(['issuer', 'subject'], { unique: true })
export class UserEntity {
  @PrimaryColumn('varchar')
  id: string;

  @Column('varchar')
  displayName: string;

  @Column('varchar')
  createdAt: string;

  @Column('varchar', { default: 'member' })
  role: Role;

  @Column('varchar', { nullable: true })
  email: string | null;

  /** Since when nobody gets in as this user; null: it may. */
  @Column('varchar', { nullable: true })
  disabledAt: string | null;

  /** Who says who this user is: the address of an identity provider; null: the service itself. */
  @Column('varchar', { nullable: true })
  issuer: string | null;

  /** What the issuer calls this user; with the issuer of one user alone. */
  @Column('varchar', { nullable: true })
  subject: string | null;
}

/** The row of a user, with what is left out as it is for most. */
export const newUser = (
  row: Pick<UserEntity, 'id' | 'displayName' | 'createdAt'> & Partial<UserEntity>,
): UserEntity => ({
  ...{ role: 'member', email: null, disabledAt: null, issuer: null, subject: null },
  ...row,
});
