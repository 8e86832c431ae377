import { lookup } from 'node:dns/promises';
import { realpath } from 'node:fs/promises';
import { sep } from 'node:path';
import { Injectable } from '@nestjs/common';
import { DomainError } from '../common/domain.error';
import { isPrivateAddress } from '../common/private-address';
import { bareHost } from '../common/public-lookup';
import { RepositoryConfig } from '../config/repository.config';
import { unreachable } from './repository.errors';
import type { RepositoryAddress } from './repository-address';

/** Says whether the operator lets a repository be where it is. */
@Injectable()
export class RepositoryHost {
  constructor(private readonly config: RepositoryConfig) {}

  /** What can be said without the network. @throws DomainError 403 `repository_not_allowed` */
  check({ kind, host }: RepositoryAddress): void {
    const { hosts, folders } = this.config;
    if (kind === 'file') {
      if (folders.length === 0) throw refused('folders of this machine (REPOSITORY_FOLDERS)');
    } else if (hosts.length > 0 && !this.isNamed(host)) throw refused(`${host} (REPOSITORY_HOSTS)`);
    else if (kind === 'http' && !this.isNamed(host)) throw refused(`http: of ${host} (REPOSITORY_HOSTS)`);
  }

  /**
   * The addresses of the host to which git may connect, so that what was looked at is what is used.
   *
   * @throws DomainError `repository_not_allowed`, `repository_unreachable`
   */
  async addressesOf({ hostname, host }: RepositoryAddress): Promise<string[]> {
    const found = await lookup(bareHost(hostname), { all: true }).catch(() => []);
    if (found.length === 0) throw unreachable(`${hostname} is not known`);
    const addresses = found.map(({ address }) => address);
    if (this.isNamed(host) || !addresses.some(isPrivateAddress)) return addresses;
    throw refused(`${hostname}, which has a private address (REPOSITORY_HOSTS)`);
  }

  /** The folder without links. @throws DomainError `repository_not_allowed`, `repository_unreachable` */
  async folderAt({ path }: RepositoryAddress): Promise<string> {
    const folder = await realpath(path).catch(() => undefined);
    const isAllowed = (real: string): boolean =>
      this.config.folders.some(
        (allowed) => real === allowed || real.startsWith(`${allowed.replace(/\/+$/, '')}${sep}`),
      );
    if (!isAllowed(path) || (folder !== undefined && !isAllowed(folder)))
      throw refused('this folder (REPOSITORY_FOLDERS)');
    if (folder === undefined) throw unreachable('there is no such folder');
    return folder;
  }

  private isNamed(host: string): boolean {
    return this.config.hosts.some((allowed) => allowed.toLowerCase() === host);
  }
}

const refused = (what: string) =>
  new DomainError(403, 'repository_not_allowed', `The operator allows no repositories in ${what}.`);
