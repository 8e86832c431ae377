import { Injectable } from '@nestjs/common';
import { Access } from '../../access/access';
import { User } from '../../auth/user';
import { Database } from '../../database/database';
import { Blobs, FoundBlob } from '../../storage/blobs';
import { MessageEntity } from '../entities/message.entity';

/** Finds pictures of messages for whoever may read the chat. */
@Injectable()
export class PictureAccess {
  constructor(
    private readonly database: Database,
    private readonly access: Access,
    private readonly blobs: Blobs,
  ) {}

  /** @throws DomainError `blob_not_found`, also for one of a chat that the user may not see. */
  find(user: User, id: string): Promise<FoundBlob> {
    return this.blobs.findWhere(id, ({ messageId }) => this.mayRead(user, messageId));
  }

  /** One of this chat, for whoever has a link to the chat. @throws DomainError `blob_not_found`, also for one of another chat */
  findIn(chatId: string, id: string): Promise<FoundBlob> {
    return this.blobs.findWhere(id, async ({ messageId }) => {
      return messageId !== null && (await this.database.read.existsBy(MessageEntity, { id: messageId, chatId }));
    });
  }

  private async mayRead(user: User, messageId: string | null): Promise<boolean> {
    if (messageId === null) return false;
    const where = { id: messageId };
    const message = await this.database.read.findOne(MessageEntity, { select: { id: true, chatId: true }, where });
    return message !== null && (await this.access.mayUseChat(user, message.chatId, 'read'));
  }
}
