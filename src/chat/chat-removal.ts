import { Injectable } from '@nestjs/common';
import { Database } from '../database/database';
import { ChatEntity } from './entities/chat.entity';
import { EventFeed } from './event-log/event-feed';
import { EventLog } from './event-log/event-log';
import { ChatThreads } from './turns/chat-threads';
import { TurnScheduler } from './turns/turn-scheduler';

/** Deletes a chat and all that belongs to it. */
@Injectable()
export class ChatRemoval {
  constructor(
    private readonly database: Database,
    private readonly scheduler: TurnScheduler,
    private readonly threads: ChatThreads,
    private readonly log: EventLog,
    private readonly feed: EventFeed,
  ) {}

  /** Ends the chat's running turn, then deletes rows, thread and workspace, in this order: a fault leaves no row behind. */
  async remove(chat: ChatEntity): Promise<void> {
    const ref = { chatId: chat.id, userId: chat.userId };
    await this.scheduler.close(chat.id);
    let deleted: ChatEntity | null;
    try {
      deleted = await this.database.write(async (tx) => {
        // The turn that has just ended may have given it a thread, or another one.
        const current = await tx.findOneBy(ChatEntity, { id: chat.id });
        // The rows of the other tables go with it, by their foreign keys.
        await tx.delete(ChatEntity, { id: chat.id });
        return current;
      });
    } catch (error) {
      this.scheduler.reopen(ref);
      throw error;
    }
    this.scheduler.forget(ref);
    this.log.forget(chat.id);
    this.feed.close(chat.id);
    await this.threads.delete(deleted ?? chat);
  }
}
