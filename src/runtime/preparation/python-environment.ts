import { existsSync } from 'node:fs';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { replaceFile } from '../replace-file';
import { findProgram } from '../shell';
import { runStep, type StepCall } from './step-program';

const environmentIn = (root: string): string => join(root, 'python');

/** Where the programs of the environment are that lies in a prepared runtime. */
export const programsOf = (root: string): string => join(environmentIn(root), 'bin');

/** What makes an environment. */
export interface PythonTools {
  /** The folders among which `uv` and `python3` are looked for, as a PATH. */
  readonly searchPath: string;
  /** Of the programs; addresses of indexes and proxies among them. */
  readonly env: Readonly<Record<string, string>>;
}

/** What an environment was made of. */
interface Made {
  readonly libraries: readonly string[];
}

export interface Installed {
  /** As `3.11.7`. */
  readonly python: string;
  readonly packages: number;
}

type Run = Pick<StepCall, 'signal' | 'onLine'>;

/**
 * A virtual environment with libraries, made by `uv` where that is there, else by `python3 -m venv` and pip. What a broken-off run
 * has left is gone on with: pip passes over what is installed, and keeps what it has loaded in a cache.
 */
export class PythonEnvironment {
  private readonly folder: string;
  private readonly record: string;

  /** @param root absolute path; the environment is `python` in it, at the place where it stays, as its programs name it */
  constructor(
    private readonly root: string,
    private readonly tools: PythonTools,
  ) {
    this.folder = environmentIn(root);
    this.record = join(root, 'python.json');
  }

  private get programs(): string {
    return programsOf(this.root);
  }

  /** Whether it is there, with these libraries. */
  async isMade(libraries: readonly string[]): Promise<boolean> {
    const made = await this.made();
    return made !== undefined && isSame(made.libraries, libraries) && existsSync(join(this.programs, 'python'));
  }

  /** Makes it, or what is missing of it. @throws Error in words; the signal's reason */
  async make(
    libraries: readonly string[],
    onStep: (step: 'environment' | 'libraries') => void,
    run: Run,
  ): Promise<void> {
    const uv = findProgram('uv', this.tools.searchPath);
    const python = findProgram('python3', this.tools.searchPath);
    if (uv === undefined && python === undefined) throw new Error('there is neither uv nor python3 on the PATH');
    await rm(this.record, { force: true });
    await mkdir(this.root, { recursive: true, mode: 0o700 });
    if (!(await this.works(run))) {
      onStep('environment');
      await rm(this.folder, { recursive: true, force: true });
      const args = uv === undefined ? ['-m', 'venv', this.folder] : ['venv', '--seed', this.folder];
      await this.run(uv ?? python ?? '', args, run);
    }
    onStep('libraries');
    const install = ['install', ...(uv === undefined ? PIP_OPTIONS : []), ...libraries];
    if (libraries.length > 0) {
      if (uv === undefined) await this.run(join(this.programs, 'python'), ['-m', 'pip', ...install], run);
      else await this.run(uv, ['pip', ...install, '--python', join(this.programs, 'python')], run);
    }
    const made: Made = { libraries };
    await replaceFile(this.record, JSON.stringify(made));
  }

  /** What is in it. @throws Error where it does not work */
  async installed(run: Run): Promise<Installed> {
    const lines: string[] = [];
    await this.run(join(this.programs, 'python'), ['-c', COUNT], { ...run, onLine: (line) => lines.push(line) });
    const [python = '', packages = '0'] = (lines[0] ?? '').split(' ');
    return { python, packages: Number(packages) };
  }

  /** One whose interpreter has gone, or that was killed while it was made, is made anew. */
  private async works(run: Run): Promise<boolean> {
    if (!existsSync(join(this.programs, 'python'))) return false;
    try {
      await this.run(join(this.programs, 'python'), ['-m', 'pip', '--version'], { ...run, onLine: () => undefined });
      return true;
    } catch {
      run.signal.throwIfAborted();
      return false;
    }
  }

  private async made(): Promise<Made | undefined> {
    try {
      return JSON.parse(await readFile(this.record, 'utf8')) as Made;
    } catch {
      return undefined;
    }
  }

  private run(file: string, args: readonly string[], { signal, onLine }: Run): Promise<void> {
    const { env, searchPath } = this.tools;
    const cache = join(this.root, 'cache');
    const own = {
      PATH: searchPath,
      HOME: this.root,
      PIP_CACHE_DIR: join(cache, 'pip'),
      UV_CACHE_DIR: join(cache, 'uv'),
    };
    return runStep({ file, args, cwd: this.root, env: { ...env, ...own }, signal, onLine });
  }
}

const PIP_OPTIONS = ['--disable-pip-version-check', '--no-input', '--progress-bar', 'off'];

const COUNT =
  'import sys, importlib.metadata as m; print(sys.version.split()[0], len({d.name for d in m.distributions()}))';

const isSame = (one: readonly string[], other: readonly string[]): boolean =>
  [...one].sort().join('\n') === [...other].sort().join('\n');
