import { readdir, readFile } from 'node:fs/promises';

/** What a process holds at the moment. */
export interface ProcessUsage {
  readonly rssBytes: number;
  readonly descriptors: number;
}

/** Null where it cannot be told: the process has ended, or the platform is not Linux. */
export async function processUsage(pid: number): Promise<ProcessUsage | null> {
  try {
    const [status, descriptors] = await Promise.all([
      readFile(`/proc/${pid}/status`, 'latin1'),
      readdir(`/proc/${pid}/fd`),
    ]);
    const rssKib = /^VmRSS:\s*(\d+) kB/m.exec(status)?.[1];
    return rssKib === undefined ? null : { rssBytes: Number(rssKib) * 1024, descriptors: descriptors.length };
  } catch {
    return null;
  }
}
