import { ChildProcess, execFile, spawn } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { freePort } from './free-port';

const DEBIAN = '/usr/lib/postgresql';
const USER = 'relay';
const START_DEADLINE_MS = 20_000;

/** Where Debian's PostgreSQL of the newest version is; undefined where there is none. */
export function postgresBinaries(): string | undefined {
  const versions = existsSync(DEBIAN)
    ? readdirSync(DEBIAN)
        .map(Number)
        .filter((version) => version >= 14)
    : [];
  const folders = versions.sort((a, b) => b - a).map((version) => join(DEBIAN, String(version), 'bin'));
  return folders.find((folder) => existsSync(join(folder, 'postgres')) && existsSync(join(folder, 'initdb')));
}

/** PostgreSQL refuses to run as root. */
function owner(): { readonly uid: number; readonly gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const users = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'));
  const user = users.find(([name]) => name === 'postgres') ?? users.find(([name]) => name === 'nobody');
  return { uid: Number(user?.[2]), gid: Number(user?.[3]) };
}

/** A PostgreSQL of the test's own: it can be killed, stopped and started again on the same data. */
export class PostgresServer {
  private process: ChildProcess | undefined;
  private exited: Promise<unknown> = Promise.resolve();
  private output = '';

  private constructor(
    private readonly binaries: string,
    readonly folder: string,
    readonly port: number,
    private readonly settings: readonly string[],
  ) {}

  /**
   * Makes a cluster in a folder of its own and starts it.
   *
   * @param settings `name=value`
   * @throws Error where there is no PostgreSQL on the machine
   */
  static async start(settings: readonly string[] = []): Promise<PostgresServer> {
    const binaries = postgresBinaries();
    if (binaries === undefined) throw new Error(`there is no PostgreSQL in ${DEBIAN}`);
    const folder = mkdtempSync(join(tmpdir(), 'codex-relay-postgres-'));
    const user = owner();
    chmodSync(folder, 0o711);
    mkdirSync(join(folder, 'data'), { mode: 0o700 });
    if (user !== undefined) for (const path of [folder, join(folder, 'data')]) chownSync(path, user.uid, user.gid);
    const server = new PostgresServer(binaries, folder, await freePort(), settings);
    const options = [
      '-D',
      join(folder, 'data'),
      '-A',
      'trust',
      '-U',
      USER,
      '-E',
      'UTF8',
      '--locale=C.UTF-8',
      '--no-sync',
    ];
    await promisify(execFile)(join(binaries, 'initdb'), options, { ...user, cwd: folder });
    await server.launch();
    return server;
  }

  /** The address of one of its databases. */
  url(database: string): string {
    return `postgres://${USER}:not-asked-for@127.0.0.1:${this.port}/${database}`;
  }

  get pid(): number {
    return this.process?.pid ?? -1;
  }

  /** Starts it again after its end. Resolves when it takes connections. */
  async launch(more: readonly string[] = []): Promise<void> {
    const settings = [
      ...[`port=${this.port}`, 'listen_addresses=127.0.0.1', `unix_socket_directories=${this.folder}`],
      ...['max_connections=200', 'shared_buffers=32MB', 'max_wal_size=256MB', 'jit=off', 'autovacuum_naptime=10s'],
      ...[...this.settings, ...more],
    ];
    const options = ['-D', join(this.folder, 'data'), ...settings.flatMap((setting) => ['-c', setting])];
    const child = spawn(join(this.binaries, 'postgres'), options, {
      ...owner(),
      cwd: this.folder,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    child.stderr
      .setEncoding('utf8')
      .on('data', (text: string) => (this.output = `${this.output}${text}`.slice(-20_000)));
    this.process = child;
    this.exited = new Promise((resolve) => child.once('exit', resolve));
    await this.ready();
  }

  /** `kill -9` of the server and of all its connections at once, as of a machine that loses its power. */
  async kill(): Promise<void> {
    const children = this.children();
    for (const pid of [this.pid, ...children]) killQuietly(pid, 'SIGKILL');
    await this.exited;
    await this.gone(children);
  }

  /** Ends every connection, then itself. */
  async stop(): Promise<void> {
    killQuietly(this.pid, 'SIGINT');
    await this.exited;
  }

  async dispose(): Promise<void> {
    await this.kill();
    rmSync(this.folder, { recursive: true, force: true });
  }

  private children(): number[] {
    try {
      const text = readFileSync(`/proc/${this.pid}/task/${this.pid}/children`, 'utf8');
      return text.split(' ').filter(Boolean).map(Number);
    } catch {
      return [];
    }
  }

  /** A server is not started on data that another one may still write to. */
  private async gone(pids: readonly number[]): Promise<void> {
    while (pids.some((pid) => existsSync(`/proc/${pid}/stat`) && !isZombie(pid))) await sleep(10);
  }

  private async ready(): Promise<void> {
    const deadline = performance.now() + START_DEADLINE_MS;
    for (;;) {
      const client = new Client({ connectionString: this.url('postgres') });
      client.on('error', () => undefined);
      try {
        await client.connect();
        return;
      } catch (error) {
        if (performance.now() > deadline)
          throw new Error(`PostgreSQL does not start: ${this.output}`, { cause: error });
        await sleep(30);
      } finally {
        await client.end().catch(() => undefined);
      }
    }
  }
}

function killQuietly(pid: number, signal: NodeJS.Signals): void {
  try {
    if (pid > 0) process.kill(pid, signal);
  } catch {
    // It has ended.
  }
}

const isZombie = (pid: number): boolean => {
  try {
    return /\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return true;
  }
};
