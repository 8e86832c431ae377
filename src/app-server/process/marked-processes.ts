import { readFile, stat } from 'node:fs/promises';
import { MARKER_VARIABLE } from '../../runtime/child-environment';
import { processIds, signalProcess } from '../../runtime/process-table';

const MAX_SWEEPS = 20;

/**
 * Kills what an app-server left behind: commands of its agent that have left its process group and session, known by
 * the marker in their environment. Linux only; elsewhere nothing is done.
 *
 * @returns how many processes were killed
 */
export function killMarked(marker: string): Promise<number> {
  return killProcesses([`${MARKER_VARIABLE}=${marker}\0`]);
}

/**
 * Kills the processes in whose environment a variable begins with one of these texts. Sweeps until nothing is found,
 * because a process may fork meanwhile. Linux only; elsewhere nothing is done.
 *
 * @param beginnings `NAME=beginning of the value`, or `NAME=value\0` for the whole of it
 * @param folder only those that see the same folder under this path as this process: in a container it may be another
 * @returns how many processes were killed
 */
export async function killProcesses(beginnings: readonly string[], folder?: string): Promise<number> {
  if (process.platform !== 'linux') return 0;
  const asBytes = beginnings.map((beginning) => Buffer.from(beginning).toString('latin1'));
  const killed = new Set<number>();
  for (let sweep = 0; sweep < MAX_SWEEPS; sweep += 1) {
    const found = await findProcesses(asBytes, folder);
    if (found.length === 0) break;
    for (const pid of found) {
      signalProcess(pid, 'SIGKILL');
      killed.add(pid);
    }
  }
  return killed.size;
}

async function findProcesses(beginnings: readonly string[], folder?: string): Promise<number[]> {
  const pids = await processIds();
  const matches = await Promise.all(
    pids.map(
      async (pid) => (await hasVariable(pid, beginnings)) && (folder === undefined || (await sees(pid, folder))),
    ),
  );
  return pids.filter((pid, index) => matches[index] && pid !== process.pid);
}

async function hasVariable(pid: number, beginnings: readonly string[]): Promise<boolean> {
  try {
    const environment = `\0${await readFile(`/proc/${pid}/environ`, 'latin1')}`;
    return beginnings.some((beginning) => environment.includes(`\0${beginning}`));
  } catch {
    // Ended meanwhile, or another user's.
    return false;
  }
}

async function sees(pid: number, folder: string): Promise<boolean> {
  try {
    const [its, ours] = await Promise.all([stat(`/proc/${pid}/root${folder}`), stat(folder)]);
    return its.dev === ours.dev && its.ino === ours.ino;
  } catch {
    return false;
  }
}
