import { spawn, type ChildProcess } from 'node:child_process';
import { Readable, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Environment } from '../../config/environment';
import { DEFAULT_PATH } from '../child-environment';
import { GitError } from './git.errors';

/** What git is asked to do. */
export interface GitCall {
  /** Without the name of the program: `['rev-parse', 'HEAD']`. */
  readonly args: readonly string[];
  /** The repository, which no agent can write: its configuration is believed. */
  readonly gitDir: string;
  /** Written to its input, which is empty otherwise. */
  readonly input?: string | Uint8Array | Iterable<Uint8Array> | AsyncIterable<Uint8Array>;
  /** Added to its clean environment: an index of the call's own, dates, the names of an author. */
  readonly variables?: Readonly<Record<string, string>>;
  /** In milliseconds; git is killed then, with all that it has started. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
  /** Of its output, 64 MiB without it; more kills it. Not for `onOutput`. */
  readonly maxOutputBytes?: number;
  /** Gets the output as it comes instead of having it collected; the process is held up until it resolves. */
  readonly onOutput?: (chunk: Buffer) => void | Promise<void>;
  /** Of its configuration, beside and over those of every call. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Transports that this call may use, as `https:ssh:file`; none without it. */
  readonly protocols?: string;
}

const MAX_OUTPUT_BYTES = 64 * 1024 * 1024;
/** Of what it says last. */
const KEPT_STDERR = 4_000;

/** Nothing of these is left to a file that somebody else wrote. */
const SETTINGS: Readonly<Record<string, string>> = {
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
const environmentWith = (path: string): Record<string, string> => ({
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
  Object.entries({ ...SETTINGS, ...settings }).flatMap(([key, value]) => ['-c', `${key}=${value}`]);

const withoutCredentials = (text: string): string => text.replace(/(\w+:\/\/)[^\s/@]*@/gu, '$1');

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
    call.signal?.throwIfAborted();
    const what = `git ${call.args[0] ?? ''}`;
    const child = spawn('git', [...settingsWith(call.settings), `--git-dir=${call.gitDir}`, ...call.args], {
      cwd: call.gitDir,
      env: { ...environmentWith(this.path), GIT_ALLOW_PROTOCOL: call.protocols ?? 'none', ...call.variables },
      detached: true,
      stdio: 'pipe',
    });
    let killedFor: 'deadline' | 'too_much_output' | undefined;
    const kill = (reason?: typeof killedFor): void => {
      killedFor ??= reason;
      killGroup(child.pid);
    };
    const onAbort = (): void => kill();
    const deadline = setTimeout(() => kill('deadline'), call.timeoutMs);
    call.signal?.addEventListener('abort', onAbort, { once: true });
    try {
      const [output, said, code] = await Promise.all([
        collect(child.stdout, call, () => kill('too_much_output')),
        lastWords(child.stderr),
        endOf(child),
        feed(child.stdin, call.input),
      ]);
      call.signal?.throwIfAborted();
      if (killedFor === 'deadline')
        throw new GitError(killedFor, null, said, `${what} took more than ${call.timeoutMs} ms`);
      if (killedFor === 'too_much_output') throw new GitError(killedFor, null, said, `${what} printed too much`);
      if (code !== 0)
        throw new GitError('exit', code, said, `${what} ended with ${code === null ? 'a signal' : `code ${code}`}`);
      return output;
    } finally {
      clearTimeout(deadline);
      call.signal?.removeEventListener('abort', onAbort);
      kill();
    }
  }
}

const killGroup = (pid: number | undefined): void => {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended already.
  }
};

const endOf = (child: ChildProcess): Promise<number | null> =>
  new Promise((resolve, reject) => {
    child.once('error', (error) =>
      reject(new GitError('absent', null, '', `git cannot be started (${error.message})`)),
    );
    child.once('close', (code) => resolve(code));
  });

/** Git may end without having read all of it; then its exit code says why. */
const feed = async (to: Writable, input: GitCall['input'] = []): Promise<void> => {
  const from = Readable.from(typeof input === 'string' || input instanceof Uint8Array ? [input] : input);
  try {
    await pipeline(from, to);
  } catch (error) {
    const isUnread = error instanceof Error && 'code' in error && error.code === 'EPIPE';
    if (!isUnread && from.errored !== null && to.errored === from.errored) throw error;
  }
};

const lastWords = async (stderr: Readable): Promise<string> => {
  let text = '';
  for await (const chunk of stderr.setEncoding('utf8') as AsyncIterable<string>)
    text = (text + chunk).slice(-KEPT_STDERR);
  return withoutCredentials(text.trim());
};

const collect = async (output: Readable, call: GitCall, onTooMuch: () => void): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of output as AsyncIterable<Buffer>) {
    if (call.onOutput !== undefined) {
      await call.onOutput(chunk);
      continue;
    }
    bytes += chunk.length;
    if (bytes > (call.maxOutputBytes ?? MAX_OUTPUT_BYTES)) {
      onTooMuch();
      break;
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
};
