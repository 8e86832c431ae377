import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Injectable } from '@nestjs/common';
import { bareHost } from '../common/public-lookup';
import { DataDirectories } from '../runtime/data-directories';
import type { GitCall } from '../runtime/git/git';
import { quoted } from '../runtime/shell';
import { Credential, inFolder, withLineEnd } from './credential';
import { Credentials } from './credentials';
import { RepositoryAddress, repositoryAddress } from './repository-address';
import { remoteErrorOf } from './repository.errors';
import type { RepositoryEntity } from './repository.entity';
import { RepositoryHost } from './repository-host';

/** How git is called so that it gets to a repository. */
export interface Remote extends Pick<GitCall, 'variables' | 'settings' | 'protocols'> {
  readonly url: string;
}

const CONNECT_SECONDS = 20;
const SETTINGS = {
  // A header that lets somebody in would go along.
  'http.followRedirects': 'false',
  'http.lowSpeedLimit': '1000',
  'http.lowSpeedTime': '60',
};

/** Lets git reach the repository of a project. No credential is on a command line, in a repository or in what git says. */
@Injectable()
export class RemoteAccess {
  constructor(
    private readonly host: RepositoryHost,
    private readonly credentials: Credentials,
    private readonly directories: DataDirectories,
  ) {}

  /**
   * Does the work while the repository can be reached.
   *
   * @param onHostKeys gets the keys of a host that was met for the first time
   * @throws DomainError `repository_not_allowed`, `repository_unreachable`, `repository_auth_failed`, `host_key_changed`,
   * `credential_unreadable`; what else the work throws
   */
  async use<T>(
    repository: RepositoryEntity,
    work: (remote: Remote) => Promise<T>,
    onHostKeys: (knownHosts: string) => Promise<void>,
  ): Promise<T> {
    const address = repositoryAddress(repository.url);
    this.host.check(address);
    try {
      if (address.kind === 'file') {
        return await work({ url: `file://${await this.host.folderAt(address)}`, protocols: 'file' });
      }
      const addresses = await this.host.addressesOf(address);
      const credential = this.credentials.open(repository);
      if (address.kind === 'ssh')
        return await this.useSsh(repository, { address, addresses, credential }, work, onHostKeys);
      return await work(overHttp(address, addresses, credential));
    } catch (error) {
      throw remoteErrorOf(error) as Error;
    }
  }

  private useSsh<T>(
    { knownHosts }: RepositoryEntity,
    { address, addresses, credential }: Reached,
    work: (remote: Remote) => Promise<T>,
    onHostKeys: (knownHosts: string) => Promise<void>,
  ): Promise<T> {
    return inFolder(this.directories.repositories, async (folder) => {
      const [key, hosts] = [join(folder, 'key'), join(folder, 'known_hosts')];
      await writeFile(hosts, knownHosts ?? '', { mode: 0o600 });
      if (credential?.kind === 'ssh') await writeFile(key, withLineEnd(credential.privateKey), { mode: 0o600 });
      const options = {
        ...{ BatchMode: 'yes', IdentitiesOnly: 'yes', IdentityAgent: 'none', PasswordAuthentication: 'no' },
        ...{ UserKnownHostsFile: hosts, GlobalKnownHostsFile: '/dev/null', ConnectTimeout: String(CONNECT_SECONDS) },
        ...{ StrictHostKeyChecking: knownHosts === null ? 'accept-new' : 'yes', ServerAliveInterval: '15' },
        ...{ HostName: addresses[0] ?? '', HostKeyAlias: address.hostname, CheckHostIP: 'no', HashKnownHosts: 'no' },
        ...{ ClearAllForwardings: 'yes', ControlMaster: 'no', ControlPath: 'none', UpdateHostKeys: 'no' },
      };
      const words = Object.entries(options).flatMap(([name, value]) => ['-o', `${name}=${value}`]);
      const command = ['ssh', '-F', '/dev/null', '-T', '-i', key, ...words].map(quoted).join(' ');
      const variables = { GIT_SSH_COMMAND: command, GIT_SSH_VARIANT: 'ssh' };
      try {
        return await work({ url: address.url, protocols: 'ssh', variables });
      } finally {
        const met = await readFile(hosts, 'utf8');
        if (knownHosts === null && met.trim() !== '') await onHostKeys(met);
      }
    });
  }
}

interface Reached {
  readonly address: RepositoryAddress;
  readonly addresses: readonly string[];
  readonly credential: Credential | null;
}

function overHttp(
  { kind, url, hostname, port }: RepositoryAddress,
  addresses: readonly string[],
  credential: Credential | null,
) {
  const bare = bareHost(hostname);
  const resolved = addresses.map((address) => (address.includes(':') ? `[${address}]` : address)).join(',');
  const settings = {
    ...SETTINGS,
    // An address in the place of a name is looked up by nobody.
    ...(addresses.includes(bare) ? {} : { 'http.curloptResolve': `${bare}:${port}:${resolved}` }),
  };
  return { url, protocols: kind, settings, variables: credential?.kind === 'password' ? headerOf(credential) : {} };
}

/** In a variable, which only processes of this user see, outside of the namespaces of agents. */
function headerOf({ username, password }: Extract<Credential, { kind: 'password' }>): Record<string, string> {
  const basic = Buffer.from(`${username}:${password}`, 'utf8').toString('base64');
  return {
    GIT_CONFIG_COUNT: '1',
    GIT_CONFIG_KEY_0: 'http.extraHeader',
    GIT_CONFIG_VALUE_0: `Authorization: Basic ${basic}`,
  };
}
