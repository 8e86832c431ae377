import { ApiProperty } from '@nestjs/swagger';
import { IsBoolean, IsNotEmpty, IsString, MaxLength } from 'class-validator';
import { Optional } from '../common/optional.decorator';
import { REPOSITORY_AUTHS, type RepositoryAuth, RepositoryEntity } from './repository.entity';

export class SetRepositoryDto {
  /** `https:`, `ssh:` or `git@host:path`; `file:` for a folder that the operator allows. @example https://github.com/owner/name.git */
  @IsString()
  @IsNotEmpty()
  @MaxLength(1_000)
  url: string;

  /** What chats begin from; left out: what the repository says. @example main */
  @Optional()
  @IsString()
  @IsNotEmpty()
  @MaxLength(200)
  baseBranch?: string;

  /** With `password`; left out: `git`, which is right for tokens of most hosts. */
  @Optional()
  @IsString()
  @IsNotEmpty()
  @MaxLength(200)
  username?: string;

  /** A password or token for `https:`. It is stored encrypted, and never shown. */
  @Optional()
  @IsString()
  @IsNotEmpty()
  @MaxLength(4_096)
  password?: string;

  /** A key for `ssh:`, without a passphrase. It is stored encrypted, and never shown. */
  @Optional()
  @IsString()
  @IsNotEmpty()
  @MaxLength(16_384)
  privateKey?: string;

  /** Makes a key for `ssh:` instead, whose public half is in the answer. */
  @Optional()
  @IsBoolean()
  generateKey?: boolean;

  /** Lines of a `known_hosts`; left out: the keys that the host has at the first contact. */
  @Optional()
  @IsString()
  @MaxLength(16_384)
  knownHosts?: string;
}

export class RepositoryDto {
  projectId: string;
  url: string;
  /** Null until the repository was asked for it. */
  baseBranch: string | null;
  @ApiProperty({ enum: REPOSITORY_AUTHS })
  auth: RepositoryAuth;
  /** To be given to the host. */
  publicKey: string | null;
  /** What is known of the host, as in `known_hosts`. */
  knownHosts: string | null;
  /** When it was fetched last. */
  fetchedAt: string | null;
  /** Why the last fetch has failed. */
  fault: string | null;
  /** Of the service's copy on its disk. */
  sizeBytes: number;
  createdAt: string;
  updatedAt: string;
}

export function toRepositoryDto(repository: RepositoryEntity, sizeBytes: number): RepositoryDto {
  const { projectId, url, baseBranch, auth, publicKey, knownHosts, fetchedAt, fault, createdAt, updatedAt } =
    repository;
  return { projectId, url, baseBranch, auth, publicKey, knownHosts, fetchedAt, fault, sizeBytes, createdAt, updatedAt };
}
