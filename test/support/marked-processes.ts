import { readdirSync, readFileSync } from 'node:fs';

/** What a sandbox hides, among the arguments of bwrap: every sandbox of the machine hides the data of every service. */
const HIDDEN = /--(?:tmpfs|remount-ro)\0[^\0]*\0/g;

/**
 * Ids of the processes whose environment or command line names a data root: the service itself, its app-servers
 * (CODEX_HOME lies below it), the agent's commands (HOME does). Not the sandboxes of other services.
 */
export function processesOf(dataRoot: string): number[] {
  const pids = readdirSync('/proc').filter((entry) => /^\d+$/.test(entry));
  return pids.map(Number).filter((pid) => {
    const named = read(pid, 'environ') + read(pid, 'cmdline').replaceAll(HIDDEN, '');
    return named.includes(dataRoot);
  });
}

/** Ids of the living processes that a process has started. */
export function childrenOf(pid: number): number[] {
  const stats = readdirSync('/proc').filter((entry) => /^\d+$/.test(entry));
  return stats.map(Number).filter((child) => parentOf(child) === pid);
}

/** Ids of the shells that watch over the app-servers of a service, given one of these. */
export function reapersOf(appServer: number): number[] {
  const run = /CODEX_RELAY_RUN=([0-9a-f-]+)/.exec(read(appServer, 'environ'))?.[1];
  const pids = readdirSync('/proc').filter((entry) => /^\d+$/.test(entry));
  return pids.map(Number).filter((pid) => read(pid, 'cmdline').includes(`codex-relay-reaper\0CODEX_RELAY_RUN=${run}`));
}

/** Whether a process runs; one that nobody has waited for yet does not. */
export const isAlive = (pid: number): boolean => !['', 'Z', 'X'].includes(statOf(pid)[0] ?? '');

export const commandLineOf = (pid: number): string => read(pid, 'cmdline').replaceAll('\0', ' ').trim();

/** Some may have ended meanwhile. */
export function killAll(pids: readonly number[]): void {
  for (const pid of pids) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It has ended.
    }
  }
}

const parentOf = (pid: number): number => Number(statOf(pid)[1] ?? 0);

/** State and parent. The name before them may hold blanks and parentheses. */
function statOf(pid: number): string[] {
  const stat = read(pid, 'stat');
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
}

function read(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'latin1');
  } catch {
    // It ended meanwhile.
    return '';
  }
}
