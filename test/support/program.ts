import { ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { REPOSITORY } from './service-process';

interface ProgramEnd {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** One of the built programs beside the service, such as `data-copy/main.js`, as a child process. */
export class Program {
  stdout = '';
  stderr = '';
  readonly ended: Promise<ProgramEnd>;
  private readonly child: ChildProcess;

  /** @param directory its working directory, so that no `.env` of a developer is read */
  constructor(
    file: string,
    args: readonly string[],
    directory: string,
    environment: Readonly<Record<string, string>> = {},
  ) {
    const { PATH = '', HOME = '' } = process.env;
    this.child = spawn(process.execPath, [join(REPOSITORY, 'dist', 'src', file), ...args], {
      cwd: directory,
      env: { PATH, HOME, ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.child.stdout?.setEncoding('utf8').on('data', (text: string) => (this.stdout += text));
    this.child.stderr?.setEncoding('utf8').on('data', (text: string) => (this.stderr += text));
    this.ended = new Promise((resolve, reject) => {
      this.child.once('error', reject);
      this.child.once('close', (code) => resolve({ code, stdout: this.stdout, stderr: this.stderr }));
    });
  }

  signal(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }
}
