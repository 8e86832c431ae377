// Makes a clone ready to run: installs when the lock file changed, builds when a source changed. Runs on any Node >= 20.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const BUILT_FROM = [
  ...['src', 'migrations', 'web', 'scripts', 'config/models.yaml', 'package-lock.json'],
  ...['nest-cli.json', 'tsconfig.json', 'tsconfig.build.json'],
];
const installedStamp = join(root, 'node_modules', '.installed-from');
const builtStamp = join(root, 'dist', '.built-from');

const stampOf = (file) => (existsSync(file) ? readFileSync(file, 'utf8') : '');
const hashOf = (parts) => createHash('sha256').update(parts.join('\n')).digest('hex');

function filesBelow(path) {
  if (!existsSync(path)) return [];
  if (!statSync(path).isDirectory()) return [path];
  const names = readdirSync(path).filter((name) => !['generated', 'node_modules', 'dist'].includes(name));
  return names.sort().flatMap((name) => filesBelow(join(path, name)));
}

function run(what, command, args) {
  process.stdout.write(`${what} ...\n`);
  const path = `${join(root, 'node_modules', '.bin')}${delimiter}${process.env.PATH}`;
  const { status, error } = spawnSync(command, args, {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, PATH: path },
  });
  if (status !== 0) {
    process.stderr.write(`${what} failed${error ? `: ${error.message}` : ''}\n`);
    process.exit(1);
  }
}

function install() {
  const wanted = hashOf([readFileSync(join(root, 'package-lock.json'), 'utf8'), process.platform, process.arch]);
  if (stampOf(installedStamp) === wanted) return;
  const npm = process.env.npm_execpath;
  const args = ['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'];
  if (npm?.endsWith('.js')) run('Installing dependencies (only when they changed)', process.execPath, [npm, ...args]);
  else run('Installing dependencies (only when they changed)', 'npm', args);
  writeFileSync(installedStamp, wanted);
}

function build() {
  const sources = BUILT_FROM.flatMap((path) => filesBelow(join(root, path)));
  const wanted = hashOf(sources.map((file) => `${relative(root, file)} ${hashOf([readFileSync(file, 'latin1')])}`));
  if (stampOf(builtStamp) === wanted) return;
  rmSync(builtStamp, { force: true });
  run('Building (only when sources changed)', 'npm', ['run', '--silent', 'build']);
  mkdirSync(dirname(builtStamp), { recursive: true });
  writeFileSync(builtStamp, wanted);
}

try {
  install();
  build();
} catch (error) {
  process.stderr.write(`codex-relay cannot be prepared: ${error.message}\n`);
  process.exit(1);
}
