import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeBackends } from '../support/service';
import { REPOSITORY } from '../support/service-process';

const ENTRY = join(REPOSITORY, 'dist', 'src', 'gateway-check', 'main.js');
const TIMEOUT_MS = 60_000;

describe('the command that checks a backend', () => {
  const folder = mkdtempSync(join(tmpdir(), 'gateway-check-spec-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const run = (...args: readonly string[]): { status: number | null; stdout: string; stderr: string } => {
    const { PATH = '' } = process.env;
    const env = { PATH, CODEX_DATA_ROOT: folder, TMPDIR: folder };
    return spawnSync(process.execPath, [ENTRY, ...args], { cwd: folder, env, encoding: 'utf8', timeout: TIMEOUT_MS });
  };

  it(
    'prints a table, and ends well where nothing has failed',
    () => {
      const { status, stdout } = run('--backend', 'demo');
      expect(stdout).toMatch(/^ {2}works {4}stream +\d+ ms {3}\S/m);
      expect(stdout).toMatch(/\d+ of 15 work, 0 failed\./);
      expect(status).toBe(0);
    },
    TIMEOUT_MS,
  );

  it(
    'ends with 1 where the provider cannot be reached, and names it in each line',
    () => {
      const address = 'http://127.0.0.1:9/v1';
      writeBackends(folder, `backends: [{id: gone, type: ollama, base_url: "${address}", model: m, max_retries: 0}]\n`);
      const { status, stdout } = run('--backend', 'gone');
      expect(stdout).toMatch(/^ {2}failed {3}text .*cannot be reached/m);
      expect(status).toBe(1);
    },
    TIMEOUT_MS,
  );

  it(
    'says how it is used',
    () => {
      const { status, stderr } = run();
      expect(stderr).toContain('npm run gateway:check -- --backend ID');
      expect(status).toBe(1);
    },
    TIMEOUT_MS,
  );
});
