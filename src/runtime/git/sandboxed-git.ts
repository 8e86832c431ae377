import { join } from 'node:path';
import { Semaphore } from '../../common/semaphore';
import { Environment } from '../../config/environment';
import { DEFAULT_PATH, WRAPPER_VARIABLE } from '../child-environment';
import { DataDirectories } from '../data-directories';
import { LaunchWorkarounds } from '../launch-workarounds';
import { GIT_SETTINGS, gitVariables } from './git';
import { GitError } from './git.errors';
import { ProcessCall, runProcess } from './git-process';

/** What is run in a workspace. */
export interface SandboxedCall extends ProcessCall {
  /** Absolute path of a chat's workspace. */
  readonly workspace: string;
  /** For `/bin/sh -e`, with what follows as `$1` and so on. */
  readonly script: string;
  readonly args?: readonly string[];
  /** Whether it may write the workspace; else its /tmp is its own and ends with it. */
  readonly writes: boolean;
  readonly variables?: Readonly<Record<string, string>>;
  /** Whether it may be begun anew where it was killed in the middle; left out: only where it writes nothing. */
  readonly isRepeatable?: boolean;
}

/** At once: each is a process tree of its own that may use a core. */
const AT_ONCE = 4;
/** Of its address space in KiB, and of a core in seconds. */
const LIMITS = 'ulimit -v 6291456; ulimit -t 600';

/**
 * Git in a folder that an agent can write: in a sandbox as that of the agent's commands, without network, so that hooks, filters
 * and settings of the repository reach no more than the agent does. Linux only, behind the bwrap wrapper.
 */
export class SandboxedGit {
  private readonly path: string;
  private readonly permits = new Semaphore(AT_ONCE);

  constructor(
    environment: Environment,
    private readonly directories: DataDirectories,
    private readonly workarounds: LaunchWorkarounds,
  ) {
    this.path = environment.get('PATH') ?? DEFAULT_PATH;
  }

  /** False where there is no sandbox that hides other chats. */
  get isAvailable(): boolean {
    return this.workarounds.hasOwnTmp;
  }

  /**
   * @returns what it printed, empty with `onOutput`
   * @throws GitError, the signal's reason
   */
  async run(call: SandboxedCall): Promise<Buffer> {
    const what = 'git in the workspace';
    if (!this.isAvailable) throw new GitError('absent', null, '', `${what} needs the bwrap wrapper (Linux)`);
    const { timeoutMs, signal } = call;
    if (!(await this.permits.acquire({ timeoutMs, ...(signal && { signal }) })))
      throw new GitError('deadline', null, '', `${what} waited for more than ${timeoutMs} ms`);
    try {
      return await runProcess(what, call, this.startOf(call)).catch((error: unknown) => {
        // Ended by somebody else, as when memory is short.
        const isKilled = error instanceof GitError && error.reason === 'exit' && error.exitCode === null;
        const mayRepeat = call.onOutput === undefined && (call.isRepeatable ?? !call.writes);
        if (!isKilled || !mayRepeat) throw error;
        return runProcess(what, call, this.startOf(call));
      });
    } finally {
      this.permits.release();
    }
  }

  private startOf({ workspace, script, args = [], writes, variables }: SandboxedCall) {
    const { sandbox } = this.directories;
    const repository = { GIT_DIR: join(workspace, '.git'), GIT_WORK_TREE: workspace };
    return {
      file: join(sandbox, 'bwrap'),
      args: [
        ...['--new-session', '--die-with-parent', '--ro-bind', '/', '/', '--dev', '/dev'],
        ...(writes ? ['--bind', workspace, workspace] : []),
        ...['--unshare-user', '--unshare-pid', '--unshare-net', '--unshare-ipc', '--unshare-uts', '--proc', '/proc'],
        // The wrapper knows the workspace by the words that codex's own sandbox program has.
        ...['--chdir', workspace, '--', '/bin/sh', '-c', `shift 2; ${LIMITS}; exec "$@"`, 'sh'],
        ...['--sandbox-policy-cwd', workspace, '/bin/sh', '-ec', script, 'git', ...args],
      ],
      cwd: '/',
      env: {
        ...gitVariables(this.path),
        ...settingsAsVariables(),
        ...repository,
        ...{ GIT_ALLOW_PROTOCOL: 'none', [WRAPPER_VARIABLE]: sandbox, TMPDIR: '/tmp' },
        ...variables,
      },
    };
  }
}

/** They go before what the repository says. */
function settingsAsVariables(): Record<string, string> {
  const settings = Object.entries(GIT_SETTINGS);
  const pairs = settings.flatMap(([key, value], index) => [
    [`GIT_CONFIG_KEY_${index}`, key],
    [`GIT_CONFIG_VALUE_${index}`, value],
  ]);
  return { GIT_CONFIG_COUNT: String(settings.length), ...(Object.fromEntries(pairs) as Record<string, string>) };
}
