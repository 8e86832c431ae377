import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { eventually } from './eventually';
import { freePort } from './free-port';
import { TemporaryFolder } from './temporary-folder';

const SSHD = '/usr/sbin/sshd';

export const hasSshServer = existsSync(SSHD);
if (!hasSshServer)
  console.warn('There is no sshd: repositories over ssh are not tested. Install it (Debian: openssh-server).');

/** A real sshd on loopback, which lets one key in. */
export class SshHost {
  port = 0;
  private readonly folder = new TemporaryFolder();
  private server: ChildProcess | undefined;
  private said = '';

  get host(): string {
    return `127.0.0.1:${this.port}`;
  }

  /** Of a repository on this machine. */
  urlOf(path: string): string {
    return `ssh://${userInfo().username}@${this.host}${path}`;
  }

  letIn(publicKey: string): void {
    writeFileSync(join(this.folder.path, 'authorized_keys'), `${publicKey}\n`, { mode: 0o600 });
  }

  /** With a new key of its own each time. */
  async start(): Promise<void> {
    this.port ||= await freePort();
    const [key, config] = [join(this.folder.path, 'host_key'), join(this.folder.path, 'config')];
    for (const file of [key, `${key}.pub`]) rmSync(file, { force: true });
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', key]);
    const lines = [
      ...[`Port ${this.port}`, 'ListenAddress 127.0.0.1', `HostKey ${key}`, 'UsePAM no', 'StrictModes no'],
      ...['PasswordAuthentication no', 'PermitRootLogin prohibit-password', 'PidFile none'],
      `AuthorizedKeysFile ${join(this.folder.path, 'authorized_keys')}`,
    ];
    writeFileSync(config, `${lines.join('\n')}\n`);
    // Root's sshd wants it; without root it is not used.
    if (process.geteuid?.() === 0) mkdirSync('/run/sshd', { recursive: true });
    this.said = '';
    this.server = spawn(SSHD, ['-D', '-e', '-f', config], { stdio: ['ignore', 'ignore', 'pipe'] });
    this.server.stderr?.setEncoding('utf8').on('data', (text: string) => (this.said += text));
    await eventually('sshd listens', () => this.said.includes('Server listening'));
  }

  async halt(): Promise<void> {
    const { server } = this;
    if (server === undefined || server.exitCode !== null) return;
    const ended = new Promise((resolve) => server.once('close', resolve));
    server.kill();
    await ended;
  }

  async stop(): Promise<void> {
    await this.halt();
    this.folder.remove();
  }
}
