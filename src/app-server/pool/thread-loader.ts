import { ComponentLogger } from '../../common/logger';
import { OutcomeUnknownError } from '../rpc/rpc.errors';
import { Connection } from './connection';
import { InstanceLostError } from './pool.errors';
import { SignalQueue } from './signal-queue';
import { OpenThread, ThreadOpener } from './thread-opener';
import { ThreadSignal } from './thread-signal';
import { ThreadOrigin, ThreadSettings } from './thread-spec';

export interface OpenedThread {
  readonly thread: OpenThread;
  readonly reader: SignalQueue<ThreadSignal>;
}

/** Brings a thread to the process that is to run it, keeps it loaded afterwards, and unloads what is used least. */
export class ThreadLoader {
  constructor(
    private readonly opener: ThreadOpener,
    private readonly maxIdle: number,
    private readonly logger: ComponentLogger,
  ) {}

  /** @param from what the new thread goes on from. @throws InstanceLostError, RequestRefusedError, OutcomeUnknownError */
  async start(connection: Connection, spec: ThreadSettings, from?: ThreadOrigin): Promise<OpenedThread> {
    const thread = await (from === undefined
      ? this.opener.start(connection, spec)
      : this.opener.fork(connection, from, spec));
    connection.threads.lease(thread.threadId, fingerprint(spec));
    return { thread, reader: connection.listen(thread.threadId) };
  }

  /**
   * @param holder the process that has the thread loaded, if any
   * @throws ThreadMissingError, InstanceLostError, RequestRefusedError, OutcomeUnknownError
   */
  async load(
    connection: Connection,
    threadId: string,
    spec: ThreadSettings,
    holder: Connection | null,
  ): Promise<OpenedThread> {
    if (holder?.threads.isLeased(threadId)) throw new Error(`thread ${threadId} is leased already`);
    const opened = fingerprint(spec);
    const isHere = holder === connection && connection.threads.isOpenedAs(threadId, opened);
    if (holder !== null && !isHere) this.unload(holder, threadId);
    connection.threads.lease(threadId, opened);
    const reader = connection.listen(threadId);
    try {
      // Resuming a thread that is loaded and had no turn yet fails: it has nothing on disk.
      const thread = isHere
        ? ({ threadId, origin: 'loaded' } as const)
        : await this.opener.resume(connection, threadId, spec);
      // Again, because a thread that is reopened in its own process was reported as closed in between.
      connection.threads.lease(threadId, opened);
      return { thread, reader };
    } catch (error) {
      connection.stopListening(threadId);
      connection.threads.remove(threadId);
      // It may be loaded all the same, and keep every other process from loading it.
      if (error instanceof OutcomeUnknownError) this.unload(connection, threadId);
      throw error;
    }
  }

  /** The thread stays loaded for its next turn, unless too many are. */
  release(connection: Connection, threadId: string): void {
    connection.stopListening(threadId);
    connection.threads.release(threadId);
    for (const idle of connection.threads.idleBeyond(this.maxIdle)) this.unload(connection, idle);
  }

  /** Takes a thread out of its process that no turn runs in. @returns whether it was there @throws as ThreadOpener.unload */
  async takeOut(connection: Connection, threadId: string): Promise<boolean> {
    if (!connection.threads.has(threadId) || connection.threads.isLeased(threadId)) return false;
    await this.opener.unload(connection, threadId);
    return true;
  }

  /** Unloads the threads that were not used for so long. */
  unloadIdle(connection: Connection, idleMs: number): void {
    for (const idle of connection.threads.idleFor(idleMs)) this.unload(connection, idle);
  }

  /** Not waited for: a process that does not answer must not hold up the one that takes over. */
  private unload(connection: Connection, threadId: string): void {
    this.opener.unload(connection, threadId).catch((error: unknown) => {
      if (error instanceof InstanceLostError) return;
      this.logger.warn({ err: error, instance: connection.instanceId, threadId }, 'a thread could not be unloaded');
    });
  }
}

const fingerprint = (spec: ThreadSettings): string => JSON.stringify(Object.entries(spec).sort());
