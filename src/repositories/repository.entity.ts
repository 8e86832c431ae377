import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { wholeNumber } from '../database/whole-number';

/** How the service shows who it is: not at all, with a name and a password or token, or with a key. */
export const REPOSITORY_AUTHS = ['none', 'password', 'ssh'] as const;
export type RepositoryAuth = (typeof REPOSITORY_AUTHS)[number];

/** The repository of a project; another address is another repository. */
@Entity('project_repositories')
export class RepositoryEntity {
  /** Names its copy on the disk, too. */
  @PrimaryColumn('varchar')
  id: string;

  @Index('project_repositories_project_id', { unique: true })
  @Column('varchar')
  projectId: string;

  /** Without anything that lets somebody in. */
  @Column('varchar')
  url: string;

  /** What chats begin from; null: what the repository says, until it was asked. */
  @Column('varchar', { nullable: true })
  baseBranch: string | null;

  @Column('varchar')
  auth: RepositoryAuth;

  /** Of the credential, as JSON. */
  @Column('text', { nullable: true })
  ciphertext: string | null;

  /** To the key of the credential, for the host. */
  @Column('text', { nullable: true })
  publicKey: string | null;

  /** Keys of the host, as in `known_hosts`: given, or those that it had at the first contact. */
  @Column('text', { nullable: true })
  knownHosts: string | null;

  /** When it was fetched last. */
  @Column('varchar', { nullable: true })
  fetchedAt: string | null;

  /** Why the last fetch has failed; null: it has not. */
  @Column('text', { nullable: true })
  fault: string | null;

  /** Of its copy on the disk, when that was measured last. */
  @Column('bigint', { default: 0, transformer: wholeNumber })
  mirrorBytes: number;

  @Column('varchar')
  createdAt: string;

  @Column('varchar')
  updatedAt: string;
}
