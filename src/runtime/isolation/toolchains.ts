import { readdirSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, sep } from 'node:path';

/** Where version managers and languages keep programs in a home, without those of their folders that hold credentials. */
const IN_HOME = [
  ...['.pyenv', '.nvm', '.cargo', '.rustup', '.bun', '.deno', '.sdkman', '.rbenv', '.rvm', '.asdf', '.volta', '.fnm'],
  ...['.goenv', '.nodenv', '.jenv', '.phpenv', '.tfenv', '.juliaup', '.elan', '.ghcup', '.opam', '.krew'],
  ...['.nix-profile', '.proto', '.swiftly', '.cabal/bin', '.stack/programs', '.local/bin', '.gem/ruby'],
  ...['go/bin', 'go/pkg/mod', 'miniconda3', 'anaconda3', 'miniforge3', 'mambaforge', 'micromamba', '.local/pipx/venvs'],
  ...['.local/share/mise/installs', '.local/share/mise/shims', '.local/share/fnm', '.local/share/pipx/venvs'],
  ...['.local/share/uv/python', '.local/share/uv/tools', '.local/share/pnpm', '.local/share/rtx', '.local/lib'],
];
/** What among them lets its owner in somewhere. */
const CREDENTIALS = [
  ...['credentials', 'credentials.toml', '.npmrc', 'etc/npmrc', '.netrc', '_netrc', '.pypirc', '.git-credentials'],
  ...['.env', '.condarc', 'auth.json', 'auth.toml', '.yarnrc', '.yarnrc.yml', '.credentials', 'hosts.yml'],
];
/** Never kept for a program that leads into it. */
const PRIVATE = /\/\.(?:ssh|gnupg|aws|azure|kube|docker|config|mozilla|password-store|codex|claude|npm)(?:\/|$)/;
const MODULES = `${sep}node_modules`;
/** Programs of one folder whose links are followed; more is no folder of programs. */
const MAX_PROGRAMS = 4_000;
/** Versions of one tool whose settings are looked at. */
const MAX_VERSIONS = 100;

/** The toolchains in a home that are there. */
export const toolchainsIn = (home: string): string[] =>
  IN_HOME.map((name) => join(home, name)).filter((path) => isFolder(path));

/** The folders of the search path, with those that hold what their links lead to. */
export function foldersOfPath(searchPath: readonly string[]): string[] {
  const folders = searchPath.filter((path) => isAbsolute(path) && isFolder(path));
  return [...new Set(folders)].flatMap((folder) => [folder, ...installationsBehind(folder)]);
}

/** The folder that has all that belongs to a program: its package, or the one that its `bin` lies in. */
export function installationOf(program: string): string {
  const modules = program.indexOf(`${MODULES}${sep}`);
  if (modules !== -1) return program.slice(0, modules + MODULES.length);
  const folder = dirname(program);
  const isPrefix = ['bin', 'sbin', '.bin'].includes(basename(folder)) && basename(dirname(folder)) !== '.local';
  return isPrefix ? dirname(folder) : folder;
}

/** Files in a folder of programs that nobody but their owner may read. */
export function credentialsIn(folder: string): string[] {
  const versions = [join(folder, 'versions', 'node'), join(folder, 'versions')];
  const folders = [folder, ...versions.flatMap((path) => foldersIn(path).slice(0, MAX_VERSIONS))];
  return folders.flatMap((path) => CREDENTIALS.map((name) => join(path, name))).filter((path) => isFile(path));
}

function installationsBehind(folder: string): string[] {
  const real = realpathSync(folder);
  const found = new Set<string>();
  for (const entry of entriesOf(real).slice(0, MAX_PROGRAMS)) {
    if (!entry.isSymbolicLink()) continue;
    const program = targetOf(join(real, entry.name));
    if (program !== undefined && !PRIVATE.test(program)) found.add(installationOf(program));
  }
  return [...found];
}

const foldersIn = (path: string): string[] =>
  entriesOf(path).flatMap((entry) => (entry.isDirectory() ? [join(path, entry.name)] : []));

function entriesOf(path: string) {
  try {
    return readdirSync(path, { withFileTypes: true });
  } catch {
    return [];
  }
}

function targetOf(link: string): string | undefined {
  try {
    return realpathSync(link);
  } catch {
    return undefined;
  }
}

const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;

function isFile(path: string): boolean {
  try {
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
