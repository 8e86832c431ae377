import { insert, update } from '../../database/rows';
import { Injectable } from '@nestjs/common';
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { AppServerPool } from '../../app-server/pool/app-server-pool';
import { InstanceLostError, PoolUnavailableError, ThreadMissingError } from '../../app-server/pool/pool.errors';
import type { Turn } from '../../app-server/protocol/generated/v2/Turn';
import type { ThreadLease } from '../../app-server/pool/thread-lease';
import type { ThreadSpec } from '../../app-server/pool/thread-spec';
import { OVERLOADED } from '../../app-server/rpc/message';
import { OutcomeUnknownError, RequestRefusedError } from '../../app-server/rpc/rpc.errors';
import { now } from '../../common/clock';
import { newId } from '../../common/ids';
import { ComponentLogger, Logger } from '../../common/logger';
import { LlmSession } from '../../gateway/llm-session.entity';
import { DataDirectories } from '../../runtime/data-directories';
import { removeFolder } from '../../runtime/remove-folder';
import type { Write } from '../../database/write-queue';
import { ChatEntity } from '../entities/chat.entity';
import { TurnEntity } from '../entities/turn.entity';
import type { ChatRef } from '../event-log/log-entry';
import type { TurnFailure } from '../event-log/chat-event';
import { GatewayThreads } from './gateway-threads';
import { ThreadMemory } from './thread-memory';

const RETRY_MS = 1_000;
/** Openings of a thread that may come to nothing before its turn, which has not begun, is given up. */
const MAX_OPENINGS = 3;

/** A turn that is next in its chat, with the rows that it begins from. */
export interface ComingTurn {
  readonly chat: ChatEntity;
  readonly turn: TurnEntity;
  /** The turns before it that codex may not know to their end, oldest first. */
  readonly unsynced: readonly TurnEntity[];
}

/** How a turn waits for its place in the pool. */
export interface PoolWait {
  /** Ends the wait. */
  readonly signal: AbortSignal;
  /** Called with the number of turns before this one, when it has to wait and when that has changed. */
  readonly onQueued: (position: number) => void;
}

export interface LeasedThread {
  readonly lease: ThreadLease;
  /** Rows that keep the chat's thread; to be committed before the turn starts. */
  readonly writes: readonly Write<unknown>[];
}

/** A chat's thread: opened in the pool, remembered with the chat, and known to the gateway. */
@Injectable()
export class ChatThreads {
  private readonly logger: ComponentLogger;

  constructor(
    private readonly pool: AppServerPool,
    private readonly gateway: GatewayThreads,
    private readonly directories: DataDirectories,
    private readonly memory: ThreadMemory,
    logger: Logger,
  ) {
    this.logger = logger.child({ component: 'threads' });
  }

  /** The turns before this one that codex may not know to their end, oldest first. */
  unsyncedBefore(turn: TurnEntity): Promise<TurnEntity[]> {
    return this.memory.unsyncedBefore(turn);
  }

  /** Absolute path of the chat's folder. */
  workspaceOf(chat: ChatEntity): string {
    return this.directories.workspaceOf(chat.userId, chat.id);
  }

  /**
   * Leases the chat's thread for one turn, as a new one if codex never kept the old, with all that its people saw.
   *
   * While the pool has no room the turn keeps waiting: an accepted message is not given up.
   *
   * @throws what AppServerPool.lease and the requests of a lease throw, except ThreadMissingError.
   */
  async lease(comingTurn: ComingTurn, wait: PoolWait): Promise<LeasedThread> {
    const { chat, turn } = comingTurn;
    const workspace = this.workspaceOf(chat);
    // It is there but for a chat's first turn, and to ask another thread for it takes longer than to look.
    if (!existsSync(workspace)) await mkdir(workspace, { recursive: true, mode: 0o700 });
    for (let losses = 0; ;) {
      const lease = await this.open(chat, wait);
      try {
        this.gateway.bind(lease.threadId, chat, turn);
        const writes = await this.restoreMemory(lease, comingTurn, rowsOf(chat, lease.threadId));
        chat.codexThreadId = lease.threadId;
        return { lease, writes };
      } catch (error) {
        lease.release();
        if (!isUnanswered(error) || (losses += 1) === MAX_OPENINGS) throw error;
        this.logger.warn({ err: error, chatId: chat.id }, 'a turn waits on for its thread');
      }
    }
  }

  /** Codex's own record of the chat's last turn; null when it has none. */
  async lastTurn(chat: ChatEntity): Promise<Turn | null> {
    if (chat.codexThreadId === null) return null;
    return this.pool.readLastTurn(chat.codexThreadId, tenantOf(chat));
  }

  /** Ends the commands that the agent has left running; a codex that does not answer is replaced before long. */
  async endCommands(chat: ChatEntity): Promise<void> {
    if (chat.codexThreadId === null) return;
    await this.pool.endCommands(chat.codexThreadId, tenantOf(chat)).catch((error: unknown) => {
      this.logger.warn({ err: error, chatId: chat.id }, 'the commands of a chat could not be ended');
    });
  }

  /** Why the thread's last request to its model failed, in the model backend's words; undefined if it did not. */
  takeUpstreamFailure(threadId: string): TurnFailure | undefined {
    return this.gateway.takeFailure(threadId);
  }

  /**
   * Deletes all that a chat has on disk, here and in codex.
   *
   * @throws Error of codex or the file system, when all of it was tried
   */
  async remove(chat: ChatRef, threadIds: readonly string[]): Promise<void> {
    for (const threadId of threadIds) this.gateway.unbind(threadId);
    try {
      // First: a process would make the folder anew.
      await this.pool.forget(threadIds, chat);
    } finally {
      await removeFolder(this.directories.sessionOf(chat.userId, chat.chatId));
    }
  }

  /** A thread that takes no history can still answer; what it lacks is offered again before the next turn. */
  private async restoreMemory(
    lease: ThreadLease,
    { turn, unsynced }: ComingTurn,
    thread: readonly Write<unknown>[],
  ): Promise<readonly Write<unknown>[]> {
    try {
      return await this.memory.restore(lease, turn, unsynced, thread);
    } catch (error) {
      if (!(error instanceof RequestRefusedError)) throw error;
      this.logger.warn({ err: error, chatId: turn.chatId }, 'codex refused the history of a chat');
      return thread;
    }
  }

  private async open(chat: ChatEntity, wait: PoolWait): Promise<ThreadLease> {
    for (let openings = 0; ;) {
      try {
        return await this.openOnce(chat, wait);
      } catch (error) {
        if (!(error instanceof PoolUnavailableError)) openings += 1;
        if (!mayOpenLater(error) || openings >= MAX_OPENINGS) throw error;
        this.logger.warn({ err: error, chatId: chat.id }, 'a turn waits on for its thread');
        await sleep(RETRY_MS, undefined, { signal: wait.signal });
      }
    }
  }

  private async openOnce(chat: ChatEntity, wait: PoolWait): Promise<ThreadLease> {
    // In the queue it keeps its place for as long as it takes: a new wait would begin behind those that came later.
    const request = { spec: this.specOf(chat), tenant: tenantOf(chat), timeoutMs: null, ...wait };
    try {
      return await this.pool.lease({ threadId: chat.codexThreadId, ...request });
    } catch (error) {
      if (!isUnloadable(error)) throw error;
      this.logger.warn({ err: error, chatId: chat.id }, 'a chat goes on in a new thread, with its history');
      return this.pool.lease({ threadId: null, ...request });
    }
  }

  private specOf(chat: ChatEntity): ThreadSpec {
    return {
      cwd: this.workspaceOf(chat),
      model: chat.backend,
      approvalPolicy: chat.approvalPolicy,
      sandbox: chat.sandboxMode,
      developerInstructions: chat.instructions,
    };
  }
}

/** What keeps the thread with its chat; nothing where it is kept. */
function rowsOf({ codexThreadId, id: chatId, userId, backend, model }: ChatEntity, threadId: string): Write<unknown>[] {
  if (codexThreadId === threadId) return [];
  const at = now();
  const times = { createdAt: at, updatedAt: at };
  return [
    update(ChatEntity, { id: chatId }, { codexThreadId: threadId }),
    insert(LlmSession, { id: newId(), userId, chatId, codexThreadId: threadId, backend, model, ...times }),
  ];
}

/** The process was lost, or did not answer, before the turn has begun. */
const isUnanswered = (error: unknown): boolean =>
  error instanceof InstanceLostError || error instanceof OutcomeUnknownError;

/** The pool or the process has no room yet, or the answer to the opening was lost: no turn has begun by it. */
const mayOpenLater = (error: unknown): boolean =>
  error instanceof OutcomeUnknownError ||
  isOverload(error) ||
  (error instanceof PoolUnavailableError && error.reason !== 'stopping');

/** Codex has nothing to load: it never kept the thread, or was killed while it wrote the first of its file. */
const isUnloadable = (error: unknown): boolean =>
  error instanceof ThreadMissingError ||
  (error instanceof RequestRefusedError && error.method === 'thread/resume' && !isOverload(error));

const isOverload = (error: unknown): boolean => error instanceof RequestRefusedError && error.code === OVERLOADED;

const tenantOf = ({ userId, id }: ChatEntity) => ({ userId, chatId: id });
