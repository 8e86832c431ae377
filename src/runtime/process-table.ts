import { readdir } from 'node:fs/promises';

export type ProcessSignal = 'SIGTERM' | 'SIGKILL' | 'SIGSTOP' | 'SIGCONT';

/** Of a process, from `/proc/<pid>/stat` (proc_pid_stat(5)). */
export interface ProcessStat {
  readonly name: string;
  readonly parentPid: number;
  /** In clock ticks since the machine was started. */
  readonly startedAt: number;
  readonly rssPages: number;
}

/** Ids of all processes; Linux only. @throws Error of the file system */
export async function processIds(): Promise<number[]> {
  return (await readdir('/proc')).filter((entry) => /^\d+$/.test(entry)).map(Number);
}

/** @param text of the file; undefined for what is none. The name stands in parentheses, and may have blanks and some itself. */
export function parseStat(text: string): ProcessStat | undefined {
  const [, name, rest] = /^\d+ \(([^]*)\) (.*)/.exec(text) ?? [];
  if (name === undefined || rest === undefined) return undefined;
  // From the state on, which is the third field.
  const fields = rest.split(' ');
  return { name, parentPid: Number(fields[1]), startedAt: Number(fields[19]), rssPages: Number(fields[21]) };
}

/** Ends a process and its group; without effect on one that has not begun, or has ended. */
export function killGroup(leader: number | undefined): void {
  if (leader === undefined) return;
  try {
    process.kill(-leader, 'SIGKILL');
  } catch {
    // It has ended.
  }
}

/** Without effect on one that has ended meanwhile. */
export function signalProcess(pid: number, signal: ProcessSignal): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended meanwhile.
  }
}
