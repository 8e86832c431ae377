import { spawn } from 'node:child_process';
import { messageOf } from '../common/domain.error';
import { Environment } from '../config/environment';
import { BackupError } from './backup.error';

/** `PGPASSWORD` where the address has no password. */
const INHERITED = ['PATH', 'HOME', 'PGPASSFILE', 'PGPASSWORD'];
const OUTPUT_CHARACTERS = 4_000;

/** One of PostgreSQL's own programs on PATH. They must not be older than the server. */
export class PostgresProgram {
  /** @param environment where the server is and who asks, with the password */
  constructor(
    readonly name: 'pg_dump' | 'pg_restore',
    private readonly environment: Readonly<Record<string, string>>,
  ) {}

  /** @throws BackupError when it is not there, or cannot do with a server of that version */
  async requireVersion(server: number): Promise<void> {
    const text = await this.run(['--version'], { hasServer: false });
    const own = Number(/\(PostgreSQL\) (\d+)/.exec(text)?.[1]);
    if (own >= server) return;
    throw new BackupError(
      `${this.name} on PATH is of PostgreSQL ${own}, and the server of ${server}: install the client programs of PostgreSQL ${server} or later`,
    );
  }

  /**
   * @param hasServer whether it is to connect to the server
   * @returns what it has printed, of which the end counts
   * @throws BackupError with what it complained of
   */
  async run(args: readonly string[], { hasServer = true } = {}): Promise<string> {
    const settings = Environment.load();
    const kept = INHERITED.flatMap((name) => {
      const value = settings.get(name);
      return value === undefined ? [] : [[name, value] as const];
    });
    // English, whatever the machine's language is: the messages are shown, and the version is read.
    const env = { ...Object.fromEntries(kept), LC_ALL: 'C', ...(hasServer && this.environment) };
    const child = spawn(this.name, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
    let [output, complaints] = ['', ''];
    child.stdout
      .setEncoding('utf8')
      .on('data', (text: string) => (output = `${output}${text}`.slice(-OUTPUT_CHARACTERS)));
    child.stderr
      .setEncoding('utf8')
      .on('data', (text: string) => (complaints = `${complaints}${text}`.slice(-OUTPUT_CHARACTERS)));
    const code = await new Promise<number | null>((resolve, reject) => {
      child.once('error', (error) => reject(this.cannotStart(error)));
      child.once('close', resolve);
    });
    if (code !== 0) throw new BackupError(`${this.name} has failed: ${complaints.trim() || `exit code ${code}`}`);
    return output;
  }

  private cannotStart(error: Error): BackupError {
    const isMissing = 'code' in error && error.code === 'ENOENT';
    const why = isMissing ? "it is not on PATH: install PostgreSQL's client programs" : messageOf(error);
    return new BackupError(`${this.name} cannot be run: ${why}`);
  }
}
