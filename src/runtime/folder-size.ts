import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const DEADLINE_MS = 30_000;

/**
 * The bytes that a folder takes on its disk; null when that cannot be told in time. By `du`, which goes as deep as a command of
 * an agent can nest folders, and keeps no thread of this process busy.
 */
export async function folderSize(path: string): Promise<number | null> {
  try {
    const options = { timeout: DEADLINE_MS, killSignal: 'SIGKILL' } as const;
    const { stdout } = await promisify(execFile)('du', ['-sxk', '--', path], options).catch(sizeInSpite);
    const kib = /^\d+/.exec(stdout)?.[0];
    return kib === undefined ? null : Number(kib) * 1024;
  } catch {
    return null;
  }
}

/** Of a folder in which something has just gone, or cannot be read, it has printed the size of the rest. */
function sizeInSpite(error: unknown): { stdout: string } {
  const { stdout, killed } = error as { stdout?: unknown; killed?: boolean };
  return { stdout: typeof stdout === 'string' && killed !== true ? stdout : '' };
}
