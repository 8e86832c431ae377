import type { AgentProcess } from '../app-server/agent/agent-thread';
import type { ToolThread } from './tool';

/** Starts a program in the sandbox of a chat, which ends when the signal says so. */
export function startProgram(
  thread: ToolThread,
  argv: readonly [string, ...string[]],
  signal: AbortSignal,
): AgentProcess {
  signal.throwIfAborted();
  const program = thread.startProgram(argv);
  const end = (): void => program.kill();
  signal.addEventListener('abort', end, { once: true });
  program.ended.then(() => signal.removeEventListener('abort', end)).catch(() => undefined);
  return program;
}
