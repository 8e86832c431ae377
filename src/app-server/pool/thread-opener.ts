import { setTimeout as sleep } from 'node:timers/promises';
import { backoffDelayMs } from '../../common/backoff';
import type { ThreadResumeParams } from '../protocol/generated/v2/ThreadResumeParams';
import type { ThreadBackgroundTerminal } from '../protocol/generated/v2/ThreadBackgroundTerminal';
import type { Turn } from '../protocol/generated/v2/Turn';
import { RequestRefusedError } from '../rpc/rpc.errors';
import { Connection } from './connection';
import { readLastTurn } from './last-turn';
import { ThreadMissingError } from './pool.errors';
import { openingOf, ThreadOrigin, ThreadSettings, toolsOf } from './thread-spec';

/** Another process still holds the thread, or this one has not unloaded it yet: both pass within milliseconds (quirk `error-texts`). */
/** Commands of one thread that are told of. */
const MAX_TERMINALS = 100;
const BUSY = /already has an active writer|is closing/;
/**
 * Codex answers nearly everything with one code; the message tells what it is. The last is that of a thread whose process
 * was killed as it began to write it: an empty file, which codex neither loads nor deletes.
 */
const MISSING = /no rollout found|thread not found|thread not loaded|rollout at .+ is empty/;
const BUSY_BACKOFF = { initialMs: 10, maximumMs: 500 };
/** Asked for an answer within less, a process that is well would be taken for one that has fallen silent. */
const SHORTEST_ATTEMPT_MS = 1_000;

/**
 * Codex keeps the thread's file alone, and no database of its items: quirk `history-mode`. Loading a thread of 100 turns
 * of 20 KB takes the same.
 */
export const HISTORY_MODE = 'legacy';

export interface OpenThread {
  readonly threadId: string;
  /** How it came to be loaded: made for whoever asked, from disk, or it was already. */
  readonly origin: 'made' | 'forked' | 'resumed' | 'loaded';
}

/** Loads threads into a process and takes them out again. */
export class ThreadOpener {
  /** @param timeoutMs of one opening, repeats included */
  constructor(readonly timeoutMs: number) {}

  /** @throws InstanceLostError, RequestRefusedError, OutcomeUnknownError */
  async start(connection: Connection, spec: ThreadSettings): Promise<OpenThread> {
    const { thread } = await connection.request(
      'thread/start',
      { ...openingOf(spec), ...toolsOf(spec), historyMode: HISTORY_MODE },
      this,
    );
    return { threadId: thread.id, origin: 'made' };
  }

  /**
   * Makes a thread that knows what another one does up to a turn, wherever that is loaded. Nothing of the other's settings is
   * relied on; what codex cannot fork begins anew.
   *
   * @throws InstanceLostError, RequestRefusedError, OutcomeUnknownError
   */
  async fork(connection: Connection, origin: ThreadOrigin, spec: ThreadSettings): Promise<OpenThread> {
    try {
      const params = { ...openingOf(spec), ...origin, excludeTurns: true };
      const { thread } = await connection.request('thread/fork', params, this);
      return { threadId: thread.id, origin: 'forked' };
    } catch (error) {
      if (!(error instanceof RequestRefusedError)) throw error;
      return this.start(connection, spec);
    }
  }

  /**
   * Loads a thread that codex has on disk. Waits, within the deadline, for the process that held it to let go: after
   * a crash or a move its writer lock lasts a moment longer.
   *
   * @throws ThreadMissingError, InstanceLostError, RequestRefusedError, OutcomeUnknownError
   */
  async resume(connection: Connection, threadId: string, spec: ThreadSettings): Promise<OpenThread> {
    const params: ThreadResumeParams = { ...openingOf(spec), threadId, excludeTurns: true };
    await this.whileBusy((timeoutMs) => connection.request('thread/resume', params, { timeoutMs }), threadId);
    return { threadId, origin: 'resumed' };
  }

  /**
   * The newest turn of a thread that need not be loaded, here or elsewhere; null when codex has no such thread or turn.
   *
   * @throws InstanceLostError, RequestRefusedError, OutcomeUnknownError
   */
  async lastTurn(connection: Connection, threadId: string): Promise<Turn | null> {
    try {
      return await readLastTurn((method, params) => connection.request(method, params, this), threadId);
    } catch (error) {
      if (isRefused(error, MISSING)) return null;
      throw error;
    }
  }

  /** Takes the thread out of the process; without effect when it is not loaded there. */
  async unload(connection: Connection, threadId: string): Promise<void> {
    connection.threads.remove(threadId);
    await connection.request('thread/unsubscribe', { threadId }, this);
  }

  /** Ends the commands that still run in the thread. */
  async endCommands(connection: Connection, threadId: string): Promise<void> {
    await connection.request('thread/backgroundTerminals/clean', { threadId }, this);
  }

  /** The newest commands that run on in the thread; none where it is not loaded. */
  async terminals(connection: Connection, threadId: string): Promise<readonly ThreadBackgroundTerminal[]> {
    try {
      const which = { threadId, limit: MAX_TERMINALS };
      return (await connection.request('thread/backgroundTerminals/list', which, this)).data;
    } catch (error) {
      if (isRefused(error, MISSING)) return [];
      throw error;
    }
  }

  /** Ends one of them. @returns whether there was one */
  async endTerminal(connection: Connection, threadId: string, processId: string): Promise<boolean> {
    try {
      const which = { threadId, processId };
      return (await connection.request('thread/backgroundTerminals/terminate', which, this)).terminated;
    } catch (error) {
      if (isRefused(error, MISSING)) return false;
      throw error;
    }
  }

  /** Deletes the thread from disk; without effect when there is none. */
  async delete(connection: Connection, threadId: string): Promise<void> {
    try {
      await this.whileBusy((timeoutMs) => connection.request('thread/delete', { threadId }, { timeoutMs }), threadId);
    } catch (error) {
      if (!(error instanceof ThreadMissingError)) throw error;
    } finally {
      connection.threads.remove(threadId);
    }
  }

  private async whileBusy<T>(request: (timeoutMs: number) => Promise<T>, threadId: string): Promise<T> {
    const endsAt = performance.now() + this.timeoutMs;
    const leastMs = Math.min(SHORTEST_ATTEMPT_MS, this.timeoutMs / 2);
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await request(endsAt - performance.now());
      } catch (error) {
        if (isRefused(error, MISSING)) throw new ThreadMissingError(threadId);
        if (!isRefused(error, BUSY)) throw error;
        await sleep(backoffDelayMs(attempt, BUSY_BACKOFF));
        if (endsAt - performance.now() < leastMs) throw error;
      }
    }
  }
}

function isRefused(error: unknown, message: RegExp): boolean {
  return error instanceof RequestRefusedError && message.test(error.serverMessage);
}
