// Writes the types of the app-server protocol, as the pinned codex binary describes itself.
// Does nothing when the types of this version are already there. Plain Node, no dependency.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const target = join(root, 'src', 'app-server', 'protocol', 'generated');
const stamp = join(target, '.codex-version');
const require = createRequire(join(root, 'package.json'));
const { version } = JSON.parse(readFileSync(require.resolve('@openai/codex/package.json'), 'utf8'));

if (existsSync(stamp) && readFileSync(stamp, 'utf8').trim() === version) process.exit(0);

// A home of its own: codex writes into CODEX_HOME on every start, and that must not be the developer's.
const home = mkdtempSync(join(tmpdir(), 'codex-protocol-'));
mkdirSync(dirname(target), { recursive: true });
const fresh = mkdtempSync(join(dirname(target), '.generated-'));
try {
  const launcher = require.resolve('@openai/codex/bin/codex.js');
  const args = [launcher, 'app-server', 'generate-ts', '--experimental', '--out', fresh];
  const run = spawnSync(process.execPath, args, { env: { ...process.env, CODEX_HOME: home }, encoding: 'utf8' });
  if (run.status !== 0 || !existsSync(join(fresh, 'ClientRequest.ts'))) {
    console.error(
      `codex ${version} could not print its protocol types:\n${run.stderr || run.error?.message || 'no output'}`,
    );
    process.exitCode = 1;
  } else {
    writeFileSync(join(fresh, '.codex-version'), `${version}\n`);
    rmSync(target, { recursive: true, force: true });
    renameSync(fresh, target);
    console.log(`protocol types of codex ${version} written to ${relative(root, target)}`);
  }
} finally {
  rmSync(home, { recursive: true, force: true });
  rmSync(fresh, { recursive: true, force: true });
}
