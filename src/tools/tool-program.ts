import type { AgentProcess } from '../app-server/agent/agent-thread';
import { ToolRefusal, ToolThread } from './tool';

/** Bytes of all words; one may have 128 KiB on Linux. */
const MAX_WORDS_BYTES = 120_000;

/**
 * Starts a program in the sandbox of a chat, which ends when the signal says so.
 *
 * @throws ToolRefusal for words that no program can be given
 */
export function startProgram(
  thread: ToolThread,
  argv: readonly [string, ...string[]],
  signal: AbortSignal,
): AgentProcess {
  signal.throwIfAborted();
  const words = argv.join(' ');
  if (words.includes('\0')) throw new ToolRefusal('A NUL character cannot be given to a program: leave it out.');
  if (Buffer.byteLength(words) > MAX_WORDS_BYTES) {
    throw new ToolRefusal('That is too long to be given to a program: write it into a file.');
  }
  const program = thread.startProgram(argv);
  const end = (): void => program.kill();
  signal.addEventListener('abort', end, { once: true });
  program.ended.then(() => signal.removeEventListener('abort', end)).catch(() => undefined);
  return program;
}
