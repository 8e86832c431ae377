import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { deltasReply } from '../support/scripted-reply';
import { startScriptedModel } from '../support/scripted-model';

export const DELTAS = 20;

/** The model in a process of its own, so that its work is not counted as anybody else's. */
export async function startModelProcess(): Promise<{ url: string; stop(): void }> {
  const child = spawn(process.execPath, ['--import', 'tsx', __filename, 'serve'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  return { url: line, stop: () => child.kill() };
}

async function serve(): Promise<void> {
  const model = await startScriptedModel(deltasReply(DELTAS));
  // What it was asked is of no use here, and would be kept for ever.
  setInterval(() => model.requests.splice(0), 1000).unref();
  process.stdout.write(`${model.url}\n`);
  process.stdin.resume().once('end', () => process.exit(0));
}

if (process.argv[2] === 'serve') void serve();
