import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/**
 * Runs a file of this folder in a process of its own, so that its work is not counted as anybody else's.
 *
 * @returns the first line that it prints.
 */
export async function startChild(
  file: string,
  ...args: string[]
): Promise<{ line: string; pid: number; stop(): void }> {
  const child = spawn(process.execPath, ['--import', 'tsx', file, 'serve', ...args], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const said = once(createInterface({ input: child.stdout }), 'line') as Promise<[string]>;
  const ended = once(child, 'exit').then(() => Promise.reject(new Error(`${file} ended and said nothing`)));
  const [line] = await Promise.race([said, ended]);
  return { line, pid: child.pid ?? -1, stop: () => child.kill() };
}
