import { readdir, readFile } from 'node:fs/promises';
import { MARKER_VARIABLE } from '../../runtime/child-environment';

const MAX_SWEEPS = 20;

/**
 * Kills what an app-server left behind: commands of its agent that have left its process group and session, known by
 * the marker in their environment. Sweeps until nothing is found, because a process may fork meanwhile. Linux only;
 * elsewhere nothing is done.
 *
 * @returns how many processes were killed
 */
export async function killMarked(marker: string): Promise<number> {
  if (process.platform !== 'linux') return 0;
  const killed = new Set<number>();
  for (let sweep = 0; sweep < MAX_SWEEPS; sweep += 1) {
    const found = await findMarked(marker);
    if (found.length === 0) break;
    for (const pid of found) {
      kill(pid);
      killed.add(pid);
    }
  }
  return killed.size;
}

/** The process ids whose environment carries exactly this marker. */
export async function findMarked(marker: string): Promise<number[]> {
  const needle = `${MARKER_VARIABLE}=${marker}\0`;
  const entries = await readdir('/proc');
  const pids = entries.filter((entry) => /^\d+$/.test(entry)).map(Number);
  const marked = await Promise.all(pids.map((pid) => hasVariable(pid, needle)));
  return pids.filter((_, index) => marked[index]);
}

async function hasVariable(pid: number, needle: string): Promise<boolean> {
  try {
    return `\0${await readFile(`/proc/${pid}/environ`, 'latin1')}`.includes(`\0${needle}`);
  } catch {
    // Ended meanwhile, or another user's.
    return false;
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // Ended meanwhile.
  }
}
