import { spawn, type ChildProcess } from 'node:child_process';
import { Readable, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { withoutCredentials } from '../../common/without-credentials';
import { killGroup } from '../process-table';
import { GitError } from './git.errors';

/** How a process is fed, read and ended. */
export interface ProcessCall {
  /** Written to its input, which is empty otherwise. */
  readonly input?: string | Uint8Array | Iterable<Uint8Array> | AsyncIterable<Uint8Array>;
  /** In milliseconds; it is killed then, with all that it has started. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
  /** Of its output, 64 MiB without it; more kills it. Not for `onOutput`. */
  readonly maxOutputBytes?: number;
  /** Gets the output as it comes instead of having it collected; the process is held up until it resolves. */
  readonly onOutput?: (chunk: Buffer) => void | Promise<void>;
}

export interface ProcessStart {
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}

const MAX_OUTPUT_BYTES = 64 * 1024 * 1024;
/** Of what it says last. */
const KEPT_STDERR = 4_000;

/**
 * Runs git, or a program that runs it, to its end.
 *
 * @param what it is called in errors
 * @returns what it printed, empty with `onOutput`
 * @throws GitError, the signal's reason
 */
export async function runProcess(what: string, call: ProcessCall, start: ProcessStart): Promise<Buffer> {
  call.signal?.throwIfAborted();
  const { file, args, cwd, env } = start;
  const child = spawn(file, args, { cwd, env, detached: true, stdio: 'pipe' });
  let killedFor: 'deadline' | 'too_much_output' | undefined;
  const kill = (reason?: typeof killedFor): void => {
    killedFor ??= reason;
    killGroup(child.pid);
  };
  const onAbort = (): void => kill();
  const deadline = setTimeout(() => kill('deadline'), call.timeoutMs);
  call.signal?.addEventListener('abort', onAbort, { once: true });
  try {
    const [output, said, end] = await Promise.all([
      collect(child.stdout, call, () => kill('too_much_output')),
      lastWords(child.stderr),
      endOf(child),
      feed(child.stdin, call.input),
    ]);
    call.signal?.throwIfAborted();
    if (killedFor === 'deadline')
      throw new GitError(killedFor, null, said, `${what} took more than ${call.timeoutMs} ms`);
    if (killedFor === 'too_much_output') throw new GitError(killedFor, null, said, `${what} printed too much`);
    if (typeof end === 'string') throw new GitError('exit', null, said, `${what} was ended by ${end}`);
    if (end !== 0) throw new GitError('exit', end, said, `${what} ended with code ${end}`);
    return output;
  } finally {
    clearTimeout(deadline);
    call.signal?.removeEventListener('abort', onAbort);
    kill();
  }
}

/** Its code, or the name of the signal that has ended it. */
const endOf = (child: ChildProcess): Promise<number | string> =>
  new Promise((resolve, reject) => {
    child.once('error', (error) =>
      reject(new GitError('absent', null, '', `git cannot be started (${error.message})`)),
    );
    child.once('close', (code, signal) => resolve(code ?? signal ?? 'a signal'));
  });

/** Git may end without having read all of it; then its exit code says why. */
const feed = async (to: Writable, input: ProcessCall['input'] = []): Promise<void> => {
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

const collect = async (output: Readable, call: ProcessCall, onTooMuch: () => void): Promise<Buffer> => {
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
