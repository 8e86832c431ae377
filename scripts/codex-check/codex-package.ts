import { execFile } from 'node:child_process';
import { existsSync, globSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { GeneratedTypes } from './type-changes';

const run = promisify(execFile);
export const REPOSITORY = join(__dirname, '..', '..');
const CACHE = join(REPOSITORY, '.cache', 'codex');

const { version: pinned } = createRequire(__filename)('@openai/codex/package.json') as { version: string };
export const PINNED_VERSION = pinned;

/** A codex of some version, on disk. */
export interface Codex {
  readonly version: string;
  readonly binary: string;
}

/** The codex of a version: the installed one, or one that npm brings into the cache of this repository. */
export async function codexOf(version: string): Promise<Codex> {
  if (version === PINNED_VERSION) return { version, binary: findBinary(join(REPOSITORY, 'node_modules'), version) };
  const folder = join(CACHE, version);
  if (!existsSync(join(folder, 'node_modules'))) {
    mkdirSync(folder, { recursive: true });
    const options = ['--no-save', '--no-audit', '--no-fund', '--ignore-scripts', '--loglevel=error'];
    try {
      await run('npm', ['install', '--prefix', folder, ...options, `@openai/codex@${version}`], { cwd: folder });
    } catch (error) {
      rmSync(folder, { recursive: true, force: true });
      throw error;
    }
  }
  return { version, binary: findBinary(join(folder, 'node_modules'), version) };
}

function findBinary(modules: string, version: string): string {
  const [binary] = globSync(
    join(modules, '@openai', `codex-${process.platform}-${process.arch}`, 'vendor/*/bin/codex'),
  );
  if (binary === undefined) throw new Error(`the package of codex ${version} has no binary for this machine`);
  return binary;
}

/** The types that a binary prints of its protocol, the experimental ones too. */
export function typesOf(codex: Codex): Promise<GeneratedTypes> {
  return withScratch(async (folder) => {
    await ask(codex, ['app-server', 'generate-ts', '--experimental', '--out', folder]);
    const files = globSync('**/*.ts', { cwd: folder });
    return new Map(files.map((file) => [file, readFileSync(join(folder, file), 'utf8')]));
  });
}

/** What a binary prints; in a home of its own, unless one is given. */
export function ask({ binary }: Codex, args: readonly string[], home?: string): Promise<string> {
  if (home === undefined) return withScratch((folder) => ask({ version: '', binary }, args, folder));
  const { PATH = '' } = process.env;
  const env = { PATH, HOME: home, CODEX_HOME: home };
  const asking = run(binary, args, { env, timeout: 60_000, maxBuffer: 64 * 1024 * 1024 });
  asking.child.stdin?.end();
  return asking.then(({ stdout }) => stdout);
}

/** Not in /tmp: codex makes no helper programs there. */
export async function withScratch<T>(use: (folder: string) => Promise<T>): Promise<T> {
  mkdirSync(CACHE, { recursive: true });
  const folder = await mkdtemp(join(CACHE, 'scratch-'));
  try {
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
