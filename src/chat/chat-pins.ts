import { Injectable } from '@nestjs/common';
import { User } from '../auth/user';
import { now } from '../common/clock';
import { conflict } from '../common/domain.error';
import { newId } from '../common/ids';
import { Database } from '../database/database';
import { ChatDirectory } from './chat-directory';
import { PinnedChatEntity } from './entities/pinned-chat.entity';
import { EventFeed } from './event-log/event-feed';

const MAX_PINS = 100;
const TOO_MANY = conflict('too_many_pins', `You may keep ${MAX_PINS} chats at the top; let go of what is not needed.`);

/** The chats that a user keeps at the top of their own list: of whoever may read them, and seen by nobody else. */
@Injectable()
export class ChatPins {
  constructor(
    private readonly database: Database,
    private readonly directory: ChatDirectory,
    private readonly feed: EventFeed,
  ) {}

  /** Again without effect. @throws DomainError `chat_not_found`, `too_many_pins` */
  async pin(user: User, chatId: string): Promise<void> {
    const { id } = await this.directory.find(user, chatId, 'read');
    await this.database.write(
      async (tx) => {
        const pinned = await tx.findBy(PinnedChatEntity, { userId: user.id });
        if (pinned.some((pin) => pin.chatId === id)) return;
        if (pinned.length >= MAX_PINS) throw TOO_MANY;
        await tx.insert(PinnedChatEntity, { id: newId(), userId: user.id, chatId: id, createdAt: now() });
      },
      { lane: user.id },
    );
    this.feed.touch(id);
  }

  /** Again without effect. @throws DomainError `chat_not_found` */
  async unpin(user: User, chatId: string): Promise<void> {
    const { id } = await this.directory.find(user, chatId, 'read');
    await this.database.write((tx) => tx.delete(PinnedChatEntity, { userId: user.id, chatId: id }), { lane: user.id });
    this.feed.touch(id);
  }
}
