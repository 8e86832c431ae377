import { insert, update } from '../../database/rows';
import { Injectable } from '@nestjs/common';
import { mkdir, rm } from 'node:fs/promises';
import { AppServerPool } from '../../app-server/pool/app-server-pool';
import { ThreadMissingError } from '../../app-server/pool/pool.errors';
import type { ThreadLease } from '../../app-server/pool/thread-lease';
import type { ThreadSpec } from '../../app-server/pool/thread-spec';
import { now } from '../../common/clock';
import { newId } from '../../common/ids';
import { ComponentLogger, Logger } from '../../common/logger';
import { UpstreamFailures } from '../../gateway/errors/upstream-failures';
import { LlmSession } from '../../gateway/llm-session.entity';
import { SessionRoutes } from '../../gateway/session-routes';
import { DataDirectories } from '../../runtime/data-directories';
import type { Write } from '../../database/write-queue';
import { ChatEntity } from '../entities/chat.entity';
import { TurnEntity } from '../entities/turn.entity';
import type { TurnFailure } from '../event-log/chat-event';

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
    private readonly routes: SessionRoutes,
    private readonly directories: DataDirectories,
    private readonly upstreamFailures: UpstreamFailures,
    logger: Logger,
  ) {
    this.logger = logger.child({ component: 'threads' });
  }

  /** Absolute path of the chat's folder. */
  workspaceOf(chat: ChatEntity): string {
    return this.directories.workspaceOf(chat.userId, chat.id);
  }

  /**
   * Leases the chat's thread for one turn, as a new one if codex never kept the old.
   *
   * @throws what AppServerPool.lease throws, except ThreadMissingError.
   */
  async lease(chat: ChatEntity, turn: TurnEntity, signal: AbortSignal): Promise<LeasedThread> {
    await mkdir(this.workspaceOf(chat), { recursive: true, mode: 0o700 });
    const lease = await this.open(chat, signal);
    const model = turn.options.model ?? chat.model;
    this.routes.bind(lease.threadId, { chatId: chat.id, userId: chat.userId, backendId: chat.backend, model });
    return { lease, writes: this.remember(chat, lease.threadId) };
  }

  /** Why the thread's last request to its model failed, in the model backend's words; undefined if it did not. */
  takeUpstreamFailure(threadId: string): TurnFailure | undefined {
    return this.upstreamFailures.take(threadId);
  }

  /** Forgets the thread of a chat that is deleted. */
  async delete(chat: ChatEntity): Promise<void> {
    if (chat.codexThreadId !== null) {
      this.routes.unbind(chat.codexThreadId);
      await this.deleteThread(chat.codexThreadId);
    }
    await rm(this.directories.sessionOf(chat.userId, chat.id), { recursive: true, force: true });
  }

  /** The chat is gone already, so a codex that does not answer must not make its deletion fail. */
  private async deleteThread(threadId: string): Promise<void> {
    await this.pool.deleteThread(threadId).catch((error: unknown) => {
      this.logger.warn({ err: error, threadId }, 'codex keeps its copy of a thread whose chat was deleted');
    });
  }

  private async open(chat: ChatEntity, signal: AbortSignal): Promise<ThreadLease> {
    const spec = this.specOf(chat);
    try {
      return await this.pool.lease({ threadId: chat.codexThreadId, spec, signal });
    } catch (error) {
      if (!(error instanceof ThreadMissingError)) throw error;
      return this.pool.lease({ threadId: null, spec, signal });
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

  private remember(chat: ChatEntity, threadId: string): Write<unknown>[] {
    const { backend, model } = chat;
    const change = { backend, model, updatedAt: now() };
    if (chat.codexThreadId === threadId) {
      return [update(LlmSession, { codexThreadId: threadId }, change)];
    }
    chat.codexThreadId = threadId;
    const owner = { id: newId(), userId: chat.userId, chatId: chat.id };
    const session = { ...owner, codexThreadId: threadId, createdAt: now(), ...change };
    return [update(ChatEntity, { id: chat.id }, { codexThreadId: threadId }), insert(LlmSession, session)];
  }
}
