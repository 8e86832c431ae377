import { Environment } from '../../config/environment';
import { DEFAULT_PATH } from '../child-environment';
import { ProcessCall, runProcess } from './git-process';

/** What git is asked to do. */
export interface GitCall extends ProcessCall {
  /** Without the name of the program: `['rev-parse', 'HEAD']`. */
  readonly args: readonly string[];
  /** The repository, which no agent can write: its configuration is believed. */
  readonly gitDir: string;
  /** Added to its clean environment: an index of the call's own, dates, the names of an author. */
  readonly variables?: Readonly<Record<string, string>>;
  /** Of its configuration, beside and over those of every call. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Transports that this call may use, as `https:ssh:file`; none without it. */
  readonly protocols?: string;
  /** Largest file that it may write; none without it. */
  readonly maxFileBytes?: number;
}

/** Of the shell's `ulimit -f`. */
const BLOCK_BYTES = 512;

/** Nothing of these is left to a file that somebody else wrote. */
export const GIT_SETTINGS: Readonly<Record<string, string>> = {
  'core.hooksPath': '/dev/null',
  'core.fsmonitor': 'false',
  'core.untrackedCache': 'false',
  'core.attributesFile': '/dev/null',
  'core.excludesFile': '/dev/null',
  'core.quotePath': 'false',
  'commit.gpgSign': 'false',
  'credential.helper': '',
  'fetch.recurseSubmodules': 'false',
  'push.recurseSubmodules': 'no',
  'submodule.recurse': 'false',
  'gc.auto': '0',
  'maintenance.auto': 'false',
  'receive.autogc': 'false',
  'transfer.fsckObjects': 'true',
  'advice.detachedHead': 'false',
  'init.defaultBranch': 'main',
  'safe.directory': '*',
};

/** Of a git that reads no configuration but that of its repository, and asks nobody anything. */
export const gitVariables = (path: string): Record<string, string> => ({
  PATH: path,
  HOME: '/nonexistent',
  LC_ALL: 'C.UTF-8',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_SYSTEM: '/dev/null',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_ATTR_NOSYSTEM: '1',
  GIT_TERMINAL_PROMPT: '0',
  GIT_ASKPASS: '/bin/false',
  SSH_ASKPASS: '/bin/false',
  GIT_OPTIONAL_LOCKS: '0',
  GIT_NO_LAZY_FETCH: '1',
  GIT_NO_REPLACE_OBJECTS: '1',
  GIT_PAGER: 'cat',
  GIT_EDITOR: '/bin/false',
  GIT_PROTOCOL_FROM_USER: '0',
});

/** `-c` for each, in front of the command. */
const settingsWith = (settings: Readonly<Record<string, string>> = {}): string[] =>
  Object.entries({ ...GIT_SETTINGS, ...settings }).flatMap(([key, value]) => ['-c', `${key}=${value}`]);

/**
 * Git in the repositories of the service: never in a folder that an agent can write, whose hooks, filters and configuration are
 * code that git would run.
 */
export class Git {
  private readonly path: string;

  constructor(environment: Environment) {
    this.path = environment.get('PATH') ?? DEFAULT_PATH;
  }

  /**
   * @returns what it printed, empty with `onOutput`
   * @throws GitError, the signal's reason
   */
  async run(call: GitCall): Promise<Buffer> {
    return runProcess(`git ${call.args[0] ?? ''}`, call, {
      ...this.commandOf(call),
      cwd: call.gitDir,
      env: { ...gitVariables(this.path), GIT_ALLOW_PROTOCOL: call.protocols ?? 'none', ...call.variables },
    });
  }

  private commandOf({ args, settings, gitDir, maxFileBytes }: GitCall): { file: string; args: readonly string[] } {
    const all = [...settingsWith(settings), `--git-dir=${gitDir}`, ...args];
    if (maxFileBytes === undefined) return { file: 'git', args: all };
    // Git itself has no limit of what it fetches: all of that goes into one file.
    const blocks = String(Math.ceil(maxFileBytes / BLOCK_BYTES));
    return { file: '/bin/sh', args: ['-c', 'ulimit -f "$1"; shift; exec git "$@"', 'sh', blocks, ...all] };
  }
}
