import { Injectable } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import { LessThan, MoreThan } from 'typeorm';
import { now } from '../common/clock';
import { unavailable } from '../common/domain.error';
import { ComponentLogger, Logger } from '../common/logger';
import { Database } from '../database/database';
import type { WriteTransaction } from '../database/write-transaction';
import { LlmSession } from './entities/llm-session.entity';
import { ChatEntity } from './entities/chat.entity';
import { RemovedChat } from './entities/removed-chat.entity';
import { EventFeed } from './event-log/event-feed';
import { EventLog } from './event-log/event-log';
import { ChatThreads } from './turns/chat-threads';
import { TurnScheduler } from './turns/turn-scheduler';
import { WorkspaceRecorder } from './turns/workspace-recorder';

/** An interrupted turn ends within some 5 s; longer takes only what cannot be written. */
const END_DEADLINE_MS = 20_000;
const NOT_ENDED =
  'The end of the turn that ran cannot be stored at the moment: the chat was not deleted; try again later.';

/** Deletes a chat and all that belongs to it. */
@Injectable()
export class ChatRemoval {
  private readonly logger: ComponentLogger;
  /** Chats whose threads and folders are being deleted. */
  private readonly clearing = new Set<string>();

  constructor(
    private readonly database: Database,
    private readonly scheduler: TurnScheduler,
    private readonly threads: ChatThreads,
    private readonly log: EventLog,
    private readonly feed: EventFeed,
    private readonly recorder: WorkspaceRecorder,
    logger: Logger,
  ) {
    this.logger = logger.child({ component: 'removal' });
  }

  /**
   * Ends the chat's running turn, then deletes rows, threads and folder. With the rows it is gone; what cannot be deleted
   * on disk then is tried again at the next start.
   *
   * @throws DomainError `storage_unavailable` when the turn's end, or the deletion, cannot be stored; the chat is left as it is
   */
  async remove({ id: chatId, userId, projectId }: ChatEntity): Promise<void> {
    const ref = { chatId, userId };
    if (!(await isInTime(this.scheduler.close(chatId)))) {
      this.scheduler.reopen(ref);
      throw unavailable('storage_unavailable', NOT_ENDED);
    }
    let removed: RemovedChat | undefined;
    try {
      removed = await this.database.write((tx) => removeRows(tx, chatId), { lane: chatId });
    } catch (error) {
      this.scheduler.reopen(ref);
      throw error;
    }
    this.scheduler.forget(ref);
    this.log.forget(chatId);
    this.feed.close(chatId, projectId);
    if (removed !== undefined) await this.clear(removed);
  }

  /**
   * Deletes what earlier runs of the service have left of deleted chats. To be called with the pool started; never throws.
   *
   * @param isStopping whether the rest is to be left to the next start
   */
  async resume(isStopping: () => boolean): Promise<void> {
    const next = (after: string): Promise<RemovedChat | null> =>
      this.database.read.findOne(RemovedChat, {
        where: { chatId: MoreThan(after) },
        order: { chatId: 'ASC' },
      });
    try {
      for (let left = await next(''); left !== null && !isStopping(); left = await next(left.chatId)) {
        await this.clear(left);
      }
    } catch (error) {
      this.logger.error({ err: error }, 'what is left of deleted chats could not be looked for');
    }
  }

  /**
   * Gives up some of what could not be deleted from disk for so long that it will not be: it stays there, and is told once.
   *
   * @param before ISO 8601: chats that were deleted before it. Resolves with how many; undefined: no more
   */
  async giveUpStep(before: string): Promise<number | undefined> {
    const where = { removedAt: LessThan(before) };
    const [left] = await this.database.read.find(RemovedChat, { where, order: { chatId: 'ASC' }, take: 1 });
    if (left === undefined) return undefined;
    const { chatId, userId, threadIds, removedAt } = left;
    await this.database.write((tx) => tx.delete(RemovedChat, { chatId }));
    this.logger.error({ chatId, userId, threadIds, removedAt }, 'a part of a deleted chat stays on disk for good');
    return 1;
  }

  private async clear({ chatId, userId, threadIds, familyId }: RemovedChat): Promise<void> {
    if (this.clearing.has(chatId)) return;
    this.clearing.add(chatId);
    try {
      await this.recorder.remove({ chatId, familyId });
      await this.threads.remove({ chatId, userId }, threadIds);
      await this.database.write((tx) => tx.delete(RemovedChat, { chatId }), { lane: chatId });
    } catch (error) {
      this.logger.warn({ err: error, chatId }, 'a part of a deleted chat is on disk still; it is tried again');
    } finally {
      this.clearing.delete(chatId);
    }
  }
}

const isInTime = (work: Promise<void>): Promise<boolean> =>
  Promise.race([work.then(() => true), sleep(END_DEADLINE_MS, false, { ref: false })]);

/** Undefined when the chat is gone already. */
async function removeRows(tx: WriteTransaction, chatId: string): Promise<RemovedChat | undefined> {
  // Read now: the turn that has just ended may have given it a thread, or another one.
  const chat = await tx.findOneBy(ChatEntity, { id: chatId });
  if (chat === null) return undefined;
  const sessions = await tx.findBy(LlmSession, { chatId });
  const threadIds = new Set([...sessions, chat].flatMap(({ codexThreadId }) => codexThreadId ?? []));
  const { userId, familyId } = chat;
  const removed = { chatId, userId, familyId, threadIds: [...threadIds], removedAt: now() };
  await tx.insert(RemovedChat, removed);
  // The rows of the other tables go with it, by their foreign keys.
  await tx.delete(ChatEntity, { id: chatId });
  return removed;
}
