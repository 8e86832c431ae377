import { delimiter } from 'node:path';
import { Environment } from '../config/environment';
import { CertificateBundle } from './certificate-bundle';
import { DataDirectories } from './data-directories';
import { gitDefaultsIn } from './git/git-defaults';

/** Variable by which a process is known as ours, also when it has left its parent and its process group. */
export const MARKER_VARIABLE = 'CODEX_RELAY_RUN';
/** Variable that codex takes its key for the gateway from. */
export const KEY_VARIABLE = 'CODEX_RELAY_GATEWAY_KEY';
/** Variable that says where the `bwrap` of this service is. */
export const WRAPPER_VARIABLE = 'CODEX_RELAY_SANDBOX';

/** Where the operator has none. */
export const DEFAULT_PATH = '/usr/local/bin:/usr/bin:/bin';
const LOCALE = ['LANG', 'LANGUAGE', 'LC_ALL', 'LC_CTYPE', 'LC_MESSAGES', 'LC_NUMERIC', 'LC_TIME', 'TZ'];
/** Not for a command whose sandbox has a /tmp of its own: this would name a folder that it cannot write. */
const TEMPORARY = 'TMPDIR';
/** Where tools find the certificates of other machines; codex itself gets a bundle of ours instead. */
const CERTIFICATES = ['SSL_CERT_FILE', 'SSL_CERT_DIR', 'REQUESTS_CA_BUNDLE', 'CURL_CA_BUNDLE', 'NODE_EXTRA_CA_CERTS'];

/**
 * For codex itself, which asks git about a workspace in each turn, outside of the sandbox; what the agent has written in there
 * (`filter.*.clean`, say) git would run. So its git has no repository, whatever folder it is asked about (quirk `asks-git`).
 */
const NO_REPOSITORY = { GIT_DIR: '/dev/null', GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_GLOBAL: '/dev/null' };

export type Variables = Record<string, string>;

/** Folders with programs that go before those of the machine. */
export interface ToolFolders {
  readonly codexFolders: readonly string[];
  /** Codex, too, looks here for the sandbox of each command. */
  readonly commandFolders: readonly string[];
}

/**
 * The variables of an app-server and those of the commands that its agent runs. Both are allow-lists: a secret of the
 * operator's shell reaches neither.
 */
export class ChildEnvironment {
  constructor(
    private readonly environment: Environment,
    private readonly directories: DataDirectories,
    private readonly certificates: CertificateBundle,
    private readonly tools: ToolFolders,
  ) {}

  /** For the codex process. */
  ofCodex(codexHome: string, key: string, marker: string): Variables {
    return {
      ...this.ofBareCodex(codexHome),
      SSL_CERT_FILE: this.certificates.file,
      SSL_CERT_DIR: this.certificates.folder,
      [KEY_VARIABLE]: key,
      [MARKER_VARIABLE]: marker,
    };
  }

  /** For a codex that only prints something. */
  ofBareCodex(codexHome = this.directories.codexHome): Variables {
    const path = [...this.tools.codexFolders, this.inheritedPath].join(delimiter);
    return {
      ...this.environment.pick([...LOCALE, TEMPORARY]),
      ...{ HOME: this.directories.agentHome, CODEX_HOME: codexHome, PATH: path },
      ...NO_REPOSITORY,
    };
  }

  /**
   * For a command that the agent runs: no key, the machine's own certificates.
   *
   * @param hasOwnTmp whether its sandbox has a /tmp of its own
   */
  ofCommands(marker: string, hasOwnTmp: boolean): Variables {
    const inherited = this.environment.pick([...LOCALE, ...CERTIFICATES, ...(hasOwnTmp ? [] : [TEMPORARY])]);
    const path = [...this.tools.commandFolders, this.inheritedPath].join(delimiter);
    return {
      ...inherited,
      HOME: this.directories.agentHome,
      PATH: path,
      // A repository above the workspace is not the chat's: git must not find it.
      GIT_CEILING_DIRECTORIES: this.directories.sessions,
      GIT_CONFIG_SYSTEM: gitDefaultsIn(this.directories.sandbox),
      DATA_READ_DIR: this.directories.readDir,
      // Or bash reads the HOME's .bashrc: in the sandbox it takes its input for a connection from afar (quirk `bash-startup`).
      SHLVL: '1',
      // Every zsh reads a .zshenv; there is none in this folder, which no command can write.
      ZDOTDIR: this.directories.sandbox,
      ...(hasOwnTmp && { [WRAPPER_VARIABLE]: this.tools.commandFolders[0] ?? '' }),
      [MARKER_VARIABLE]: marker,
    };
  }

  private get inheritedPath(): string {
    return this.environment.get('PATH') ?? DEFAULT_PATH;
  }
}
