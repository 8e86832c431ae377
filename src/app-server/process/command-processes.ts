import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { setImmediate as letOthersRun, setTimeout as sleep } from 'node:timers/promises';
import { ComponentLogger } from '../../common/logger';
import { Semaphore } from '../../common/semaphore';
import { MARKER_VARIABLE } from '../../runtime/child-environment';
import { parseStat, processIds, type ProcessSignal, signalProcess } from '../../runtime/process-table';

/** In which codex names its thread to every command that it runs (quirk `thread-variable`). */
export const THREAD_VARIABLE = 'CODEX_THREAD_ID';
/** How long a process may take over its end when it is asked for it; then it is killed. */
const GRACE_MS = 1_000;
const POLL_MS = 20;
const MAX_SWEEPS = 20;
/** Processes that are read at once, in 0.5 ms. 150 take 3 ms so; read asynchronously they took 42 ms (measured). */
const READ_AT_ONCE = 30;
/** Programs that codex starts around a command. */
const WRAPPERS = new Set(['codex-linux-sandbox', 'bwrap']);
const MAX_TITLE = 200;

/** A process that a command of some thread is, or has started. */
interface CommandProcess {
  readonly pid: number;
  readonly parentPid: number;
  /** In clock ticks since the machine was started. */
  readonly startedAt: number;
  readonly threadId: string;
}

/** A command that runs, or what is left of one: a process that no other of its thread has started, with all below it. */
interface RunningCommand extends CommandProcess {
  /** Its own process first. */
  readonly processes: readonly CommandProcess[];
}

/** How many commands may run on when their turns are over. */
export interface CommandLimits {
  /** 0: no limit. */
  readonly perThread: number;
  /** Of all threads; 0: no limit. */
  readonly total: number;
}

/**
 * The processes of the agents' commands, those included that have left their process group, their session and their
 * parent: known by their environment, so one that clears its own is not found before its app-server ends. Linux only;
 * elsewhere nothing is found.
 */
export class CommandProcesses {
  /** Those who count all commands take turns, or each would end one for the same excess. */
  private readonly counting = new Semaphore(1);
  /** Commands that were asked to end, by their first process: they count no more. */
  private readonly ending = new Set<number>();

  /** @param run what the marker of every process of this run of the service begins with */
  constructor(
    private readonly run: string,
    private readonly logger: ComponentLogger,
  ) {}

  /**
   * Ends all that the commands of these threads run: SIGTERM, and SIGKILL after a second.
   *
   * @returns how many processes there were
   */
  async end(threadIds: readonly string[]): Promise<number> {
    const find = async (): Promise<CommandProcess[]> =>
      (await this.find()).filter(({ threadId }) => threadIds.includes(threadId));
    const found = await find();
    if (found.length === 0) return 0;
    signal(found, 'SIGTERM');
    await this.haveEnded(found);
    // Until nothing is found: a process may fork meanwhile.
    for (let sweep = 0, left = await find(); left.length > 0 && sweep < MAX_SWEEPS; sweep += 1, left = await find()) {
      signal(left, 'SIGKILL');
    }
    this.logger.info({ threadIds, processes: found.length }, 'ended what commands of a chat had left running');
    return found.length;
  }

  /**
   * Ends the newest commands of a thread of which too many run; those of other threads are left alone.
   *
   * @returns the commands that were ended, cut after 200 characters, the oldest first
   */
  async endBeyond(threadId: string, limits: CommandLimits): Promise<string[]> {
    const ended = await this.counting.run(() => this.newestBeyond(threadId, limits));
    if (ended.length === 0) return [];
    const titles = await Promise.all(ended.map(titleOf));
    const processes = await this.halt(ended);
    signal(processes, 'SIGTERM');
    signal(processes, 'SIGCONT');
    signal(await this.haveEnded(processes), 'SIGKILL');
    for (const { pid } of ended) this.ending.delete(pid);
    this.logger.warn({ threadId, commands: titles }, 'ended commands of a chat of which too many ran on');
    return titles;
  }

  private async newestBeyond(threadId: string, { perThread, total }: CommandLimits): Promise<RunningCommand[]> {
    if (perThread === 0 && total === 0) return [];
    const running = commandsOf(await this.find()).filter(({ pid }) => !this.ending.has(pid));
    const own = running.filter((command) => command.threadId === threadId);
    const excess = Math.max(beyond(own.length, perThread), beyond(running.length, total));
    const newest = excess > 0 ? own.slice(-excess) : [];
    for (const { pid } of newest) this.ending.add(pid);
    return newest;
  }

  /**
   * Stops all processes of these commands. One that is signalled while it starts another would leave that behind, with
   * nothing that tells whose it was.
   */
  private async halt(commands: readonly RunningCommand[]): Promise<readonly CommandProcess[]> {
    const roots = new Set(commands.map(({ pid }) => pid));
    let halted: readonly CommandProcess[] = commands.flatMap(({ processes }) => processes);
    signal(halted, 'SIGSTOP');
    for (let sweep = 0; sweep < MAX_SWEEPS; sweep += 1) {
      const seen = new Set(halted.map(({ pid }) => pid));
      const found = commandsOf(await this.find()).filter(({ pid }) => roots.has(pid));
      const more = found.flatMap(({ processes }) => processes).filter(({ pid }) => !seen.has(pid));
      if (more.length === 0) break;
      signal(more, 'SIGSTOP');
      halted = [...halted, ...more];
    }
    return halted;
  }

  /** Waits for processes to end, but not for long. @returns those that are still there */
  private async haveEnded(processes: readonly CommandProcess[]): Promise<CommandProcess[]> {
    const deadline = performance.now() + GRACE_MS;
    for (let left = processes; ;) {
      // A number may belong to another process by now.
      left = left.filter(({ pid, startedAt }) => this.read(pid)?.startedAt === startedAt);
      if (left.length === 0 || performance.now() > deadline) return [...left];
      await sleep(POLL_MS);
    }
  }

  private async find(): Promise<CommandProcess[]> {
    if (process.platform !== 'linux') return [];
    const found: CommandProcess[] = [];
    for (const unread = await processIds(); unread.length > 0; await letOthersRun()) {
      found.push(...unread.splice(0, READ_AT_ONCE).flatMap((pid) => this.read(pid) ?? []));
    }
    return found;
  }

  private read(pid: number): CommandProcess | undefined {
    try {
      const environment = `\0${readFileSync(`/proc/${pid}/environ`, 'latin1')}`;
      const threadId = valueIn(environment, THREAD_VARIABLE);
      const isOurs = environment.includes(`\0${MARKER_VARIABLE}=${this.run}.`);
      if (threadId === undefined || !isOurs || pid === process.pid) return undefined;
      const stat = parseStat(readFileSync(`/proc/${pid}/stat`, 'latin1'));
      return stat && { pid, threadId, parentPid: stat.parentPid, startedAt: stat.startedAt };
    } catch {
      // It has ended meanwhile, or is another user's.
      return undefined;
    }
  }
}

const beyond = (count: number, limit: number): number => (limit > 0 ? Math.max(0, count - limit) : 0);

/** The oldest first. */
function commandsOf(processes: readonly CommandProcess[]): RunningCommand[] {
  const known = new Map(processes.map((each) => [each.pid, each]));
  const roots = processes.filter(({ parentPid, threadId }) => known.get(parentPid)?.threadId !== threadId);
  const byAge = roots.sort((one, other) => one.startedAt - other.startedAt || one.pid - other.pid);
  return byAge.map((root) => ({ ...root, processes: withDescendants(root, processes) }));
}

function withDescendants(root: CommandProcess, processes: readonly CommandProcess[]): CommandProcess[] {
  const children = processes.filter(({ parentPid }) => parentPid === root.pid);
  return [root, ...children.flatMap((child) => withDescendants(child, processes))];
}

/**
 * What the agent has started, without what codex puts around it. A sandbox that is still being made has started nothing
 * yet; what it is to start stands at the end of its own command line.
 */
async function titleOf({ processes }: RunningCommand): Promise<string> {
  let planned = '';
  for (const { pid } of processes) {
    const line = (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).split('\0');
    const words = line.filter((word) => word !== '');
    if (words.length > 0 && !WRAPPERS.has(basename(words[0] ?? ''))) return words.join(' ').slice(0, MAX_TITLE);
    if (planned === '') planned = words.at(-1) ?? '';
  }
  return planned === '' ? 'a command' : planned.slice(0, MAX_TITLE);
}

const valueIn = (environment: string, name: string): string | undefined => {
  const [, value] = environment.split(`\0${name}=`, 2);
  return value?.split('\0', 1)[0];
};

function signal(processes: readonly CommandProcess[], name: ProcessSignal): void {
  for (const { pid } of processes) signalProcess(pid, name);
}
