import { Injectable, OnModuleInit } from '@nestjs/common';
import { Access, AccessLevel } from '../access/access';
import { AuditLog } from '../access/audit/audit-log';
import { User } from '../auth/user';
import { now } from '../common/clock';
import { invalid, notFound } from '../common/domain.error';
import { newId } from '../common/ids';
import { Database } from '../database/database';
import { DataDirectories } from '../runtime/data-directories';
import { Credential, newKeyPair, publicKeyOf } from './credential';
import { Credentials } from './credentials';
import { Mirrors } from './mirrors';
import { isBranchName } from './ref-name';
import { RepositoryAddress, repositoryAddress } from './repository-address';
import { RepositoryDto, SetRepositoryDto, toRepositoryDto } from './repository.dto';
import { RepositoryEntity } from './repository.entity';
import { RepositoryHost } from './repository-host';

/** The repositories of projects: one each. */
@Injectable()
export class Repositories implements OnModuleInit {
  /** Looked at with each turn: most projects have none. */
  private readonly projects = new Set<string>();

  constructor(
    private readonly database: Database,
    private readonly access: Access,
    private readonly host: RepositoryHost,
    private readonly credentials: Credentials,
    private readonly mirrors: Mirrors,
    private readonly directories: DataDirectories,
    private readonly audit: AuditLog,
  ) {}

  async onModuleInit(): Promise<void> {
    for (const { projectId } of await this.database.read.find(RepositoryEntity)) this.projects.add(projectId);
  }

  mayHaveRepository(projectId: string): boolean {
    return this.projects.has(projectId);
  }

  /** @throws DomainError `project_not_found`, `repository_not_found` */
  async view(user: User, projectId: string): Promise<RepositoryDto> {
    return this.dtoOf(await this.find(user, projectId, 'read'));
  }

  /**
   * Gives a project a repository, or changes what it has. Another address is another repository: working copies of the one before stay
   * what they are.
   *
   * @throws DomainError `project_not_found`, `read_only`, `invalid_repository_url`, `repository_not_allowed`, `invalid_branch`,
   * `invalid_credential`, `invalid_private_key`, `encryption_key_missing`, `git_unavailable`
   */
  async set(user: User, projectId: string, input: SetRepositoryDto): Promise<RepositoryDto> {
    await this.access.requireProject(user, projectId, 'manage');
    const address = repositoryAddress(input.url);
    this.host.check(address);
    const { baseBranch = null } = input;
    if (baseBranch !== null && !isBranchName(baseBranch))
      throw invalid('invalid_branch', 'baseBranch must be the name of a branch.');
    const known = await this.database.read.findOneBy(RepositoryEntity, { projectId });
    const before = known?.url === address.url ? known : null;
    const id = before?.id ?? newId();
    const at = now();
    const repository: RepositoryEntity = {
      ...{ id, projectId, url: address.url, baseBranch, fetchedAt: before?.fetchedAt ?? null, fault: null },
      ...(await this.authOf(address, input, { id, before })),
      ...{ knownHosts: input.knownHosts ?? before?.knownHosts ?? null },
      ...{ mirrorBytes: before?.mirrorBytes ?? 0, createdAt: before?.createdAt ?? at, updatedAt: at },
    };
    this.projects.add(projectId);
    await this.database.write(async (tx) => {
      if (before === null) await tx.delete(RepositoryEntity, { projectId });
      await tx.upsert(RepositoryEntity, { ...repository }, ['id']);
    });
    this.mirrors.expire(id);
    const detail = { url: repository.url, auth: repository.auth };
    this.audit.record({ action: 'repository.set', by: user, target: { kind: 'project', id: projectId }, detail });
    return this.dtoOf(repository);
  }

  /** Working copies of it stay, and are pushed nowhere any more. @throws DomainError `project_not_found`, `read_only`, `repository_not_found` */
  async remove(user: User, projectId: string): Promise<void> {
    await this.find(user, projectId, 'manage');
    await this.database.write((tx) => tx.delete(RepositoryEntity, { projectId }));
    this.projects.delete(projectId);
    this.audit.record({ action: 'repository.removed', by: user, target: { kind: 'project', id: projectId } });
  }

  /** Brings in what the host has. @throws DomainError as `view`; `read_only`, and as `Mirrors.fetch` */
  async fetch(user: User, projectId: string): Promise<RepositoryDto> {
    await this.mirrors.fetch(await this.find(user, projectId, 'write'), 0);
    return this.view(user, projectId);
  }

  private async find(user: User, projectId: string, level: AccessLevel): Promise<RepositoryEntity> {
    await this.access.requireProject(user, projectId, level);
    const found = await this.database.read.findOneBy(RepositoryEntity, { projectId });
    if (found === null) throw notFound('repository', projectId);
    return found;
  }

  /** The credential that was given; without one that which is known of the same address. */
  private async authOf(
    { kind }: RepositoryAddress,
    { username = 'git', password, privateKey, generateKey }: SetRepositoryDto,
    { id, before }: { id: string; before: RepositoryEntity | null },
  ): Promise<Pick<RepositoryEntity, 'auth' | 'ciphertext' | 'publicKey'>> {
    const seal = (credential: Credential): string => this.credentials.seal(id, credential);
    const wantsKey = privateKey !== undefined || generateKey === true;
    if ((password !== undefined && kind !== 'https' && kind !== 'http') || (wantsKey && kind !== 'ssh'))
      throw invalid('invalid_credential', 'A password is for https:, a key for ssh:.');
    if (password !== undefined) {
      if (/[\p{Cc}:]/u.test(username)) throw invalid('invalid_credential', 'username has characters that no name has.');
      return { auth: 'password', ciphertext: seal({ kind: 'password', username, password }), publicKey: null };
    }
    const folder = this.directories.repositories;
    if (privateKey !== undefined) {
      const publicKey = await publicKeyOf(privateKey, folder);
      return { auth: 'ssh', ciphertext: seal({ kind: 'ssh', privateKey }), publicKey };
    }
    if (generateKey === true) {
      const pair = await newKeyPair(folder);
      return { auth: 'ssh', ciphertext: seal({ kind: 'ssh', privateKey: pair.privateKey }), publicKey: pair.publicKey };
    }
    const { auth = 'none', ciphertext = null, publicKey = null } = before ?? {};
    return { auth, ciphertext, publicKey };
  }

  private async dtoOf(repository: RepositoryEntity): Promise<RepositoryDto> {
    return toRepositoryDto(repository, await this.mirrors.sizeOf(repository.id));
  }
}
