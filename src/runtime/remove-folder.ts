import { randomUUID } from 'node:crypto';
import { chmod, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** A process that is just ending may still write while the folder is removed. */
const OPTIONS = { recursive: true, force: true, maxRetries: 5, retryDelay: 100 } as const;
/** Longest path below which nothing is left where it is: the system takes 4,095 bytes, with a name of 255. */
const MAX_PATH_BYTES = 2_048;

/**
 * Removes a folder with all that is in it; without effect when there is none. Also what an agent has made read-only, as
 * Go does with the modules that it fetches, and folders nested deeper than a path can be long.
 *
 * @throws Error of the file system
 */
export async function removeFolder(path: string): Promise<void> {
  try {
    await rm(path, OPTIONS);
  } catch (error) {
    if (!isObstacle(error)) throw error;
    await makeRemovable(path);
    await rm(path, OPTIONS);
  }
}

/** Makes every folder writable, and moves to the top what lies too deep. Follows no links. */
async function makeRemovable(top: string): Promise<void> {
  const left = [top];
  for (let folder = left.pop(); folder !== undefined; folder = left.pop()) {
    await chmod(folder, 0o700);
    for (const entry of await readdir(folder, { withFileTypes: true })) {
      if (entry.isDirectory()) left.push(await withShortPath(join(folder, entry.name), top));
    }
  }
}

async function withShortPath(folder: string, top: string): Promise<string> {
  if (Buffer.byteLength(folder) <= MAX_PATH_BYTES) return folder;
  const moved = join(top, randomUUID());
  // A folder that is moved must be writable itself.
  await chmod(folder, 0o700);
  await rename(folder, moved);
  return moved;
}

const isObstacle = (error: unknown): boolean =>
  typeof error === 'object' &&
  error !== null &&
  'code' in error &&
  ['EACCES', 'EPERM', 'ENAMETOOLONG'].includes(String(error.code));
