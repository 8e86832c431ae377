import { spawnSync } from 'node:child_process';
import { delimiter, join } from 'node:path';
import { QUIRKS } from '../../src/runtime/quirks';
import { Codex, REPOSITORY } from './codex-package';

/** The specs that prove the quirks of codex, and those of the app-servers and of whole turns through the gateway. */
const USUAL = [
  ...QUIRKS.filter(({ seen }) => seen.program === 'codex').map(({ test }) => test.file),
  'test/integration/app-server',
  'test/integration/gateway/(native|translated)-turn',
];

/** Runs specs with this codex in place of the pinned one, and says whether all have passed. */
export function runSpecs({ binary }: Codex, pattern?: string): boolean {
  const bin = join(REPOSITORY, 'node_modules', '.bin');
  const env = {
    ...process.env,
    PATH: `${bin}${delimiter}${process.env.PATH ?? ''}`,
    NODE_OPTIONS: '--experimental-vm-modules --disable-warning=ExperimentalWarning',
    CODEX_UNDER_TEST: binary,
  };
  const options = { cwd: REPOSITORY, env, stdio: 'inherit' } as const;
  if (spawnSync('node', ['scripts/prepare.mjs'], options).status !== 0) return false;
  const patterns = pattern === undefined ? [...new Set(USUAL)] : [pattern];
  return spawnSync('jest', ['-w', '1', ...patterns], options).status === 0;
}
