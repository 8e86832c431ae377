import { chmod, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** A process that is just ending may still write while the folder is removed. */
const OPTIONS = { recursive: true, force: true, maxRetries: 5, retryDelay: 100 } as const;

/**
 * Removes a folder with all that is in it; without effect when there is none. Also what an agent has made read-only, as
 * Go does with the modules that it fetches.
 *
 * @throws Error of the file system
 */
export async function removeFolder(path: string): Promise<void> {
  try {
    await rm(path, OPTIONS);
  } catch (error) {
    if (!isDenied(error)) throw error;
    await makeWritable(path);
    await rm(path, OPTIONS);
  }
}

/** Follows no links. */
async function makeWritable(folder: string): Promise<void> {
  await chmod(folder, 0o700);
  const entries = await readdir(folder, { withFileTypes: true });
  for (const entry of entries) if (entry.isDirectory()) await makeWritable(join(folder, entry.name));
}

const isDenied = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'code' in error && ['EACCES', 'EPERM'].includes(String(error.code));
