import { delimiter } from 'node:path';
import { Environment } from '../config/environment';
import { CertificateBundle } from './certificate-bundle';
import { CodexBinary } from './codex-binary';
import { DataDirectories } from './data-directories';

/** Variable by which a process is known as ours, also when it has left its parent and its process group. */
export const MARKER_VARIABLE = 'CODEX_RELAY_RUN';
/** Variable that codex takes its key for the gateway from. */
export const KEY_VARIABLE = 'CODEX_RELAY_GATEWAY_KEY';

const DEFAULT_PATH = '/usr/local/bin:/usr/bin:/bin';
const LOCALE = ['LANG', 'LANGUAGE', 'LC_ALL', 'LC_CTYPE', 'LC_MESSAGES', 'LC_NUMERIC', 'LC_TIME', 'TZ', 'TMPDIR'];
/** Where tools find the certificates of other machines; codex itself gets a bundle of ours instead. */
const CERTIFICATES = ['SSL_CERT_FILE', 'SSL_CERT_DIR', 'REQUESTS_CA_BUNDLE', 'CURL_CA_BUNDLE', 'NODE_EXTRA_CA_CERTS'];

export type Variables = Record<string, string>;

/**
 * The variables of an app-server and those of the commands that its agent runs. Both are allow-lists: a secret of the
 * operator's shell reaches neither.
 */
export class ChildEnvironment {
  constructor(
    private readonly environment: Environment,
    private readonly directories: DataDirectories,
    private readonly binary: CodexBinary,
    private readonly certificates: CertificateBundle,
  ) {}

  /** For the codex process. */
  ofCodex(key: string, marker: string): Variables {
    return {
      ...this.ofBareCodex(),
      SSL_CERT_FILE: this.certificates.file,
      SSL_CERT_DIR: this.certificates.folder,
      [KEY_VARIABLE]: key,
      [MARKER_VARIABLE]: marker,
    };
  }

  /** For a codex that only prints something. */
  ofBareCodex(): Variables {
    const path = [...this.binary.toolPath, this.inheritedPath()].join(delimiter);
    return { ...this.environment.pick(LOCALE), ...this.homes(), PATH: path };
  }

  /** For a command that the agent runs: no key, the machine's own certificates. */
  ofCommands(marker: string): Variables {
    const inherited = this.environment.pick([...LOCALE, ...CERTIFICATES]);
    return { ...inherited, HOME: this.directories.agentHome, PATH: this.inheritedPath(), [MARKER_VARIABLE]: marker };
  }

  private homes(): Variables {
    return { HOME: this.directories.agentHome, CODEX_HOME: this.directories.codexHome };
  }

  private inheritedPath(): string {
    return this.environment.get('PATH') ?? DEFAULT_PATH;
  }
}
