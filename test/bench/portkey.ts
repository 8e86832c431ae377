import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '../support/eventually';
import { freePort } from '../support/free-port';
import { LoadTarget } from './gateway-load';

const PACKAGE = '@portkey-ai/gateway@1.15.2';
const START_DEADLINE_MS = 90_000;

/** A public gateway from npm, for comparison: run by npx in a folder of its own, and nothing of it kept. */
export async function startPortkey(upstreamUrl: string): Promise<LoadTarget & { stop(): void }> {
  const folder = mkdtempSync(join(tmpdir(), 'portkey-'));
  const port = await freePort();
  const child = spawn('npx', ['--yes', PACKAGE, `--port=${port}`, '--headless'], {
    cwd: folder,
    stdio: 'ignore',
    detached: true,
  });
  const stop = (): void => {
    if (child.pid !== undefined) process.kill(-child.pid);
    rmSync(folder, { recursive: true, force: true });
  };
  const answers = (): Promise<boolean> =>
    fetch(`http://127.0.0.1:${port}/`).then(
      ({ ok }) => ok,
      () => false,
    );
  await eventually('Portkey answers', answers, START_DEADLINE_MS);
  const headers = {
    authorization: 'Bearer none',
    'x-portkey-provider': 'openai',
    'x-portkey-custom-host': upstreamUrl,
  };
  return { url: `http://127.0.0.1:${port}/v1`, headers, stop };
}
