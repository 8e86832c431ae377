import { readFile } from 'node:fs/promises';
import { isBelow } from './isolation/covers';
import { parseStat, processIds, signalProcess } from './process-table';

/** What the sandboxed commands of one workspace use at the moment. */
export interface SandboxUsage {
  readonly workspace: string;
  readonly rssBytes: number;
  /** The sandbox's first process after `bwrap` itself comes first; with it all others end. */
  readonly pids: readonly number[];
}

interface ProcessRow {
  readonly pid: number;
  readonly parent: number;
  readonly name: string;
  readonly rssBytes: number;
}

/** Bytes of a page; of all systems that codex is made for. */
const PAGE_BYTES = 4096;
const SANDBOX = 'bwrap';
const WORKSPACE = '--sandbox-policy-cwd';

/**
 * Finds the sandboxes that run in workspaces below a folder, by what `bwrap` was started with: whatever its commands rename or detach, they descend from
 * it. Others may be those of another service of the same user. Linux only; elsewhere there are none. Never throws.
 *
 * @param sessions absolute path of the folder
 */
export async function sandboxUsages(sessions: string): Promise<SandboxUsage[]> {
  const rows = await processRows();
  const childrenOf = new Map<number, ProcessRow[]>();
  for (const row of rows) childrenOf.set(row.parent, [...(childrenOf.get(row.parent) ?? []), row]);
  const byPid = new Map(rows.map((row) => [row.pid, row]));
  const roots = rows.filter((row) => row.name === SANDBOX && !isInside(row, byPid));
  const found = await Promise.all(roots.map(async (root) => ({ root, workspace: await workspaceOf(root.pid) })));
  return found.flatMap(({ root, workspace }) => {
    if (workspace === undefined || !isBelow(workspace, sessions)) return [];
    const family = descendantsOf(root, childrenOf);
    return [{ workspace, rssBytes: sum(family), pids: [...family.map(({ pid }) => pid), root.pid] }];
  });
}

/**
 * Ends what these sandboxes run by their first process, with which all others of its namespace end. The others are not asked: where a command
 * starts thousands, the number of one that has ended is soon that of somebody else's process.
 */
export function endSandboxes(usages: readonly SandboxUsage[]): void {
  for (const { pids } of usages) {
    for (const pid of new Set([pids[0], pids.at(-1)])) if (pid !== undefined) signalProcess(pid, 'SIGKILL');
  }
}

const sum = (rows: readonly ProcessRow[]): number => rows.reduce((total, { rssBytes }) => total + rssBytes, 0);

/** What runs in a sandbox may call itself `bwrap`, too. */
function isInside({ parent }: ProcessRow, byPid: ReadonlyMap<number, ProcessRow>): boolean {
  for (let above = byPid.get(parent); above !== undefined; above = byPid.get(above.parent)) {
    if (above.name === SANDBOX) return true;
  }
  return false;
}

function descendantsOf(root: ProcessRow, childrenOf: ReadonlyMap<number, readonly ProcessRow[]>): ProcessRow[] {
  const found = [...(childrenOf.get(root.pid) ?? [])];
  for (const row of found) found.push(...(childrenOf.get(row.pid) ?? []));
  return found;
}

async function workspaceOf(pid: number): Promise<string | undefined> {
  const line = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
  const words = line.split('\0');
  const at = words.indexOf(WORKSPACE);
  return at === -1 ? undefined : words[at + 1];
}

async function processRows(): Promise<ProcessRow[]> {
  const pids = await processIds().catch(() => []);
  return (await Promise.all(pids.map(processRow))).filter((row) => row !== undefined);
}

async function processRow(pid: number): Promise<ProcessRow | undefined> {
  const stat = parseStat(await readFile(`/proc/${pid}/stat`, 'latin1').catch(() => ''));
  return stat && { pid, parent: stat.parentPid, name: stat.name, rssBytes: stat.rssPages * PAGE_BYTES };
}
