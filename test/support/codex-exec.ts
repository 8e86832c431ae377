import { spawn } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { newDataRoot } from './service';
import { REPOSITORY } from './service-process';

/** What the real `codex exec --json` prints. */
export async function execOf(modelUrl: string, prompt: string): Promise<Record<string, unknown>[]> {
  const home = newDataRoot();
  const workspace = join(home, 'workspace');
  mkdirSync(workspace);
  const provider = `{name="x",base_url="${modelUrl}",wire_api="responses",env_key="KEY"}`;
  const settings = ['model_provider="x"', `model_providers.x=${provider}`].flatMap((setting) => ['-c', setting]);
  const options = ['--json', '--skip-git-repo-check', '--sandbox', 'workspace-write', '--model', 'scripted-1'];
  const codex = join(REPOSITORY, 'node_modules', '.bin', 'codex');
  const env = { PATH: process.env.PATH, HOME: home, CODEX_HOME: home, KEY: 'key' };
  const child = spawn(codex, ['exec', ...options, '--disable', 'shell_snapshot', ...settings, prompt], {
    ...{ cwd: workspace, env, stdio: ['ignore', 'pipe', 'ignore'] },
  });
  try {
    const lines = (await text(child.stdout)).trim().split('\n');
    return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  } finally {
    child.kill('SIGKILL');
    rmSync(home, { recursive: true, force: true });
  }
}
