import { readFileSync } from 'node:fs';
import type { Processes } from './contender';

/** Linux counts in hundredths of a second. */
const TICK_MS = 10;

/** Milliseconds of processor time that each group of processes has used so far; nothing where it cannot be told. */
export function processorTime(processes: Processes): Readonly<Record<string, number>> {
  const sum = (pids: readonly number[]): number => pids.reduce((total, pid) => total + processorMs(pid), 0);
  return Object.fromEntries(Object.entries(processes).map(([name, pids]) => [name, sum(pids)]));
}

/** Of one process so far: what the load of the machine does not change. */
export function processorMs(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The name before may hold blanks and parentheses.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
  } catch {
    return 0;
  }
}
