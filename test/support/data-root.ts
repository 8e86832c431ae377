import { readdirSync, rmdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** An empty folder of an earlier run. */
const OLD_MS = 3_600_000;

/**
 * Removes what a service of a test has kept. Its folder stays, empty: the sandboxes of a service that runs beside hide it, and
 * `bwrap` fails where it vanishes in that moment. Those of earlier runs go.
 */
export function removeDataRoot(root: string): void {
  for (const name of namesIn(root)) rmSync(join(root, name), { recursive: true, force: true, maxRetries: 5 });
  for (const name of namesIn(join(root, '..'))) removeIfOld(join(root, '..', name));
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function removeIfOld(folder: string): void {
  try {
    if (Date.now() - statSync(folder).mtimeMs > OLD_MS) rmdirSync(folder);
  } catch {
    // It is not empty, or another run has removed it.
  }
}
