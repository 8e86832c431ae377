import { ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export const REPOSITORY = join(__dirname, '..', '..');
const ENTRY = join(REPOSITORY, 'dist', 'src', 'main.js');
/** Node's own arguments, as `npm start` gives them. */
const NODE_ARGUMENTS = nodeArguments();

/** A start compiles 0.3 s less when another has ended orderly before; tests start the service some hundred times. */
const COMPILE_CACHE = join(REPOSITORY, '.cache', 'compile');

export interface ServiceExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** The built service as a child process, with what it printed. */
export class ServiceProcess {
  stdout = '';
  stderr = '';
  readonly exited: Promise<ServiceExit>;
  private readonly child: ChildProcess;

  /**
   * @param directory its working directory, so that no `.env` of a developer is read.
   * @param environment all of its variables besides PATH, HOME and Node's own.
   */
  constructor(directory: string, environment: Readonly<Record<string, string>>) {
    const { PATH = '', HOME = '' } = process.env;
    this.child = spawn(process.execPath, [...NODE_ARGUMENTS, ENTRY], {
      cwd: directory,
      env: { PATH, HOME, NODE_COMPILE_CACHE: COMPILE_CACHE, ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.child.stdout?.setEncoding('utf8').on('data', (text: string) => (this.stdout += text));
    this.child.stderr?.setEncoding('utf8').on('data', (text: string) => (this.stderr += text));
    this.exited = new Promise((resolve, reject) => {
      this.child.once('error', reject);
      this.child.once('close', (code, signal) => resolve({ code, signal }));
    });
  }

  get pid(): number {
    return this.child.pid ?? -1;
  }

  /** Sends a signal, waits for the end, and tells how it was. */
  async end(signal: NodeJS.Signals): Promise<ServiceExit> {
    this.child.kill(signal);
    return this.exited;
  }

  /** The address that the service says it listens on. */
  address(): Promise<string> {
    return new Promise((resolve, reject) => {
      const look = (): void => {
        const found = /web client\s+(http:\/\/\S+?)\/(?:\?token=\S+)?\n/.exec(this.stdout)?.[1];
        if (found !== undefined) resolve(found);
      };
      this.child.stdout?.on('data', look);
      void this.exited.then(({ code }) => {
        reject(new Error(`the service ended with ${code} before it listened: ${this.stderr}${this.stdout}`));
      }, reject);
      look();
    });
  }
}

function nodeArguments(): string[] {
  const manifest = JSON.parse(readFileSync(join(REPOSITORY, 'package.json'), 'utf8')) as { scripts: { start: string } };
  const found = /exec node (.*)dist\/src\/main\.js$/.exec(manifest.scripts.start);
  if (found === null) throw new Error(`npm start is "${manifest.scripts.start}", which starts no service`);
  return (found[1] ?? '').split(' ').filter((argument) => argument !== '');
}
