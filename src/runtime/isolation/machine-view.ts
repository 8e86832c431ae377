import { accessSync, constants, existsSync, readdirSync, statSync } from 'node:fs';
import { homedir, userInfo } from 'node:os';
import { join } from 'node:path';
import { withoutLinks } from '../without-links';
import { Cover, isBelow } from './covers';
import { credentialsIn, foldersOfPath, installationOf, toolchainsIn } from './toolchains';

/** Homes, and where services have their sockets and secrets: none of it is for a command of an agent. */
const PERSONAL = ['/root', '/home', '/run', '/var/run', '/var/tmp'];
/** Of the machine's services and administrators; a service that runs as root could read them. */
const ADMINISTRATIVE = [
  ...[
    '/etc/sudoers.d',
    '/etc/ssl/private',
    '/etc/pki/tls/private',
    '/etc/letsencrypt',
    '/etc/wireguard',
    '/etc/openvpn',
  ],
  ...['/etc/NetworkManager/system-connections', '/etc/kubernetes', '/etc/rancher', '/etc/credstore'],
  ...['/etc/credstore.encrypted', '/var/lib/docker', '/var/lib/containerd', '/var/lib/containers', '/var/lib/kubelet'],
  ...['/var/lib/rancher', '/var/lib/postgresql', '/var/lib/mysql', '/var/lib/redis', '/var/lib/mongodb'],
  ...['/var/lib/libvirt', '/var/lib/lxd', '/var/lib/incus', '/var/lib/private', '/var/lib/systemd', '/var/lib/sss'],
  ...['/var/lib/cloud', '/var/lib/samba', '/var/snap', '/var/backups', '/var/spool', '/var/mail', '/var/log'],
];
const SECRET_FILES = [
  ...['/etc/shadow', '/etc/shadow-', '/etc/gshadow', '/etc/gshadow-', '/etc/sudoers', '/etc/security/opasswd'],
  ...['/etc/krb5.keytab', '/etc/ppp/chap-secrets', '/etc/ppp/pap-secrets', '/etc/mysql/debian.cnf', '/etc/msmtprc'],
  ...['/etc/exim4/passwd.client', '/etc/postfix/sasl_passwd', '/etc/postfix/sasl_passwd.db', '/etc/netrc'],
];
const HOST_KEYS = '/etc/ssh';
/** A user whose home is one of these has none of its own, as `daemon` has /usr/sbin. */
const SYSTEM = /^\/(?:$|(?:usr|bin|sbin|lib\w*|etc|dev|proc|sys|var|opt|srv|mnt|tmp|nix)$|usr\/|proc\/|sys\/)/;

export interface MachineViewSettings {
  /** Where programs are looked for. */
  readonly searchPath: readonly string[];
  /** Paths of programs that are needed with what belongs to them, wherever they lie. */
  readonly programs: readonly string[];
  /** What the operator shows. */
  readonly readable: readonly string[];
}

/**
 * What of the machine's disk an agent may read: the system and the programs, not people's homes, sockets, or what the
 * machine keeps from its users. A service that runs as root could read all of it.
 */
export class MachineView {
  private programs: readonly Cover[] | undefined;

  constructor(private readonly settings: MachineViewSettings) {}

  /** For the codex process itself: what nobody needs, whatever a person approves of. */
  ofSecrets(): Cover[] {
    return [...ADMINISTRATIVE.filter(isReadable).map(hidden), ...this.secretFiles()];
  }

  /** For what needs no more than the system and the programs, as they were when it was first asked for. */
  ofPrograms(): readonly Cover[] {
    return (this.programs ??= this.lookAround());
  }

  private lookAround(): Cover[] {
    const { readable } = this.settings;
    const hiddenFolders = [...homesOfUser(), ...PERSONAL].filter((path) => existsSync(path)).map(withoutLinks);
    const kept = this.keptIn([...hiddenFolders, '/tmp']);
    const shown = readable.filter((path) => existsSync(path)).flatMap(keptAt);
    const credentials = kept.flatMap(({ at }) => credentialsIn(at)).map(masked);
    return [...shown, ...hiddenFolders.map(hidden), ...this.ofSecrets(), ...kept, ...credentials];
  }

  private keptIn(hiddenFolders: readonly string[]): Extract<Cover, { kind: 'kept' }>[] {
    const { searchPath, programs } = this.settings;
    const toolchains = [...homesOfUser(), '/root'].flatMap(toolchainsIn);
    const folders = [...toolchains, ...foldersOfPath(searchPath), ...programs.map((path) => installationOf(path))];
    return folders
      .flatMap(keptAt)
      .filter(({ source }) => !hiddenFolders.some((folder) => source === folder || isBelow(folder, source)));
  }

  private secretFiles(): Cover[] {
    const names = existsSync(HOST_KEYS) ? readdirSync(HOST_KEYS).filter((name) => /^ssh_host_.*_key$/.test(name)) : [];
    return [...SECRET_FILES, ...names.map((name) => join(HOST_KEYS, name))].filter(isReadable).map(masked);
  }
}

/** As the account says, and as the environment does. */
const homesOfUser = (): string[] => [...new Set([homedir(), accountHome()])].filter((path) => !SYSTEM.test(path));

function accountHome(): string {
  try {
    return userInfo().homedir;
  } catch {
    // An account without an entry, as in containers.
    return '/';
  }
}

/** What the service's user cannot read no command of it can: to cover it would cost time for nothing. */
function isReadable(path: string): boolean {
  try {
    accessSync(path, constants.R_OK);
    return true;
  } catch {
    return false;
  }
}

const hidden = (at: string): Cover => ({ kind: 'hidden', at: withoutLinks(at) });
const masked = (at: string): Cover => ({ kind: 'masked', at: withoutLinks(at) });

/** By its own path and, where links lead to it, by the one that it really has. */
function keptAt(path: string): Extract<Cover, { kind: 'kept' }>[] {
  const source = withoutLinks(path);
  if (!statSync(source, { throwIfNoEntry: false })?.isDirectory()) return [];
  return [...new Set([path, source])].map((at) => ({ kind: 'kept', at, source }));
}
