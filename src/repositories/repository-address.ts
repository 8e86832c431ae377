import { isAbsolute } from 'node:path';
import { invalid } from '../common/domain.error';

const MAX_LENGTH = 1_000;
/** As `git clone` takes it: `git@github.com:owner/name.git`. */
const SCP_FORM = /^(?:([\w.-]+)@)?([\w.-]+):(?!:|\/\/)([^\s]+)$/;
const SSH_USER = /^[\w.][\w.-]*$/;
const HOST = /^(?:\[[0-9a-f:.]+\]|[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?)$/;

/** Where a repository is. */
export interface RepositoryAddress {
  readonly kind: 'https' | 'http' | 'ssh' | 'file';
  /** As git is given it. */
  readonly url: string;
  /** With its port where that is not the usual one; empty for a folder. */
  readonly host: string;
  readonly hostname: string;
  readonly port: number;
  /** Of the host, or of this machine. */
  readonly path: string;
}

/** @throws DomainError `invalid_repository_url` */
export function repositoryAddress(text: string): RepositoryAddress {
  if (text.length > MAX_LENGTH || /[\p{Cc}\p{Cf}\s\\]/u.test(text))
    throw refused('it has characters that no address has');
  if (isAbsolute(text)) return folderAt(text);
  const scp = SCP_FORM.exec(text);
  const written = scp ? `ssh://${scp[1] === undefined ? '' : `${scp[1]}@`}${scp[2]}/${scp[3]}` : text;
  const url = URL.canParse(written) ? new URL(written) : undefined;
  if (url === undefined) throw refused('it is none');
  if (url.search !== '' || url.hash !== '') throw refused('a "?" or "#" does not belong there');
  switch (url.protocol) {
    case 'https:':
    case 'http:':
      if (url.username !== '' || url.password !== '') throw refused('names and passwords have fields of their own');
      return remote(url.protocol === 'https:' ? 'https' : 'http', url, url.protocol === 'https:' ? 443 : 80);
    case 'ssh:':
      if (url.password !== '') throw refused('a password does not belong there');
      if (url.username !== '' && !SSH_USER.test(url.username)) throw refused('the name of the user is none');
      return remote('ssh', url, 22);
    case 'file:':
      if (url.host !== '') throw refused('a folder is on this machine');
      return folderAt(decodeURIComponent(url.pathname));
    default:
      throw refused('it must begin with https:, ssh: or file:, or be as git@host:path');
  }
}

function remote(kind: 'https' | 'http' | 'ssh', url: URL, usualPort: number): RepositoryAddress {
  const hostname = url.hostname.toLowerCase();
  if (!HOST.test(hostname)) throw refused('its host is none');
  if (url.pathname.length < 2 || url.pathname.startsWith('//') || url.pathname.startsWith('/-'))
    throw refused('it has no path of a repository');
  const port = url.port === '' ? usualPort : Number(url.port);
  const host = port === usualPort ? hostname : `${hostname}:${port}`;
  const user = kind === 'ssh' && url.username !== '' ? `${url.username}@` : '';
  return { kind, url: `${kind}://${user}${host}${url.pathname}`, host, hostname, port, path: url.pathname };
}

function folderAt(path: string): RepositoryAddress {
  if (/[\p{Cc}\p{Cf}]/u.test(path) || path.length < 2) throw refused('it is no folder');
  return { kind: 'file', url: `file://${path}`, host: '', hostname: '', port: 0, path };
}

/** Where a person makes a pull request of a branch; null for hosts that are not known. */
export function pullRequestUrl(text: string, branch: string, base: string): string | null {
  const { kind, hostname, path } = repositoryAddress(text);
  if (kind === 'file') return null;
  const repository = `https://${hostname}${path.replace(/(?:\.git)?\/*$/, '')}`;
  const [from, to] = [encodeURIComponent(branch), encodeURIComponent(base)];
  const is = (name: string): boolean => hostname === `${name}.com` || hostname.startsWith(`${name}.`);
  if (is('github')) return `${repository}/compare/${to}...${from}?expand=1`;
  if (is('gitlab')) {
    const query = `merge_request%5Bsource_branch%5D=${from}&merge_request%5Btarget_branch%5D=${to}`;
    return `${repository}/-/merge_requests/new?${query}`;
  }
  if (hostname === 'bitbucket.org') return `${repository}/pull-requests/new?source=${from}&dest=${to}`;
  if (hostname === 'codeberg.org' || is('gitea') || is('forgejo')) return `${repository}/compare/${to}...${from}`;
  return null;
}

const refused = (why: string) => invalid('invalid_repository_url', `url must be the address of a repository: ${why}.`);
