import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { tmpdir } from 'node:os';
import { eventually } from './eventually';

/** Debian has it where not every user's PATH leads. */
const program = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin']
  .map((folder) => join(folder, 'nginx'))
  .find((path) => existsSync(path));

/** A suite that needs nginx. CI has to have it; elsewhere the suite is left out, and says so. */
export function describeBehindNginx(name: string, suite: () => void): void {
  if (program !== undefined || process.env.CI === 'true') describe(name, suite);
  else describe.skip(`${name} (left out: no nginx; install nginx-light)`, suite);
}

/** An nginx of the test's own, with nothing of the machine's. */
export class Nginx {
  private constructor(
    private readonly child: ChildProcess,
    private readonly folder: string,
  ) {}

  /** @param servers what stands in its block `http` @param url answers once it is up */
  static async start(servers: string, url: string): Promise<Nginx> {
    if (program === undefined) throw new Error('there is no nginx; install nginx-light');
    const folder = mkdtempSync(join(tmpdir(), 'nginx-'));
    const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
      .map((name) => `${name}_temp_path ${join(folder, name)};`)
      .join('\n');
    const logs = `access_log off; error_log ${join(folder, 'error.log')};`;
    const config = `daemon off; pid ${join(folder, 'pid')}; worker_processes 1;\nevents {}\nhttp {\n${logs}\n${temporary}\n${servers}\n}\n`;
    writeFileSync(join(folder, 'nginx.conf'), config);
    const child = spawn(program, ['-c', join(folder, 'nginx.conf'), '-p', folder, '-e', join(folder, 'error.log')]);
    const nginx = new Nginx(child, folder);
    try {
      await eventually('nginx answers', () => fetch(url).then(Boolean, () => false));
      return nginx;
    } catch (error) {
      await nginx.stop();
      throw error;
    }
  }

  async stop(): Promise<void> {
    const ended = new Promise((resolve) => this.child.once('close', resolve));
    if (this.child.exitCode === null && this.child.kill('SIGTERM')) await ended;
    rmSync(this.folder, { recursive: true, force: true });
  }
}
