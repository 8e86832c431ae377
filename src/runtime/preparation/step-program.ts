import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { withoutCredentials } from '../../common/without-credentials';
import { killGroup } from '../process-table';

/** How a program of a step is run. */
export interface StepCall {
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  /** Each line that it prints, of both outputs. */
  readonly onLine: (line: string) => void;
}

/** Words of a program that are kept for its error. */
const KEPT_LINES = 6;
const MAX_LINE = 300;

/** Runs it to its end. @throws Error with its last words; the signal's reason */
export async function runStep({ file, args, cwd, env, signal, onLine }: StepCall): Promise<void> {
  signal.throwIfAborted();
  const child = spawn(file, args, { cwd, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  const last: string[] = [];
  const read = (stream: NodeJS.ReadableStream): void => {
    createInterface({ input: stream }).on('line', (line) => {
      // An index of packages may be addressed with a password.
      const shown = withoutCredentials(line).trim().slice(0, MAX_LINE);
      if (shown === '') return;
      last.push(shown);
      if (last.length > KEPT_LINES) last.shift();
      onLine(shown);
    });
  };
  read(child.stdout);
  read(child.stderr);
  const kill = (): void => killGroup(child.pid);
  signal.addEventListener('abort', kill, { once: true });
  try {
    const code = await new Promise<number | null>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', resolve);
    });
    signal.throwIfAborted();
    if (code !== 0) throw new Error(last.join(' ') || `${file} ended with ${code ?? 'a signal'}`);
  } finally {
    signal.removeEventListener('abort', kill);
  }
}
