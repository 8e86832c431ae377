import { Injectable } from '@nestjs/common';
import { In, LessThan } from 'typeorm';
import { ChatRemoval } from '../chat/chat-removal';
import { ChatEntity } from '../chat/entities/chat.entity';
import { TurnEntity } from '../chat/entities/turn.entity';
import { Database } from '../database/database';

/** Deletes archived chats by age, the way their users do it. */
@Injectable()
export class OldChats {
  /** Chats up to this one have been looked at. */
  private after = '';

  constructor(
    private readonly database: Database,
    private readonly removal: ChatRemoval,
  ) {}

  /** From the first chat again. */
  begin(): void {
    this.after = '';
  }

  /**
   * @param before ISO 8601: chats last used or changed before it. Resolves with how many were deleted; undefined: no more
   * @throws DomainError `storage_unavailable`
   */
  async step(before: string): Promise<number | undefined> {
    const [chat] = await this.database.read
      .createQueryBuilder(ChatEntity, 'chat')
      .where('chat.archived = :archived AND chat.id > :after', { archived: true, after: this.after })
      .andWhere({ updatedAt: LessThan(before) })
      .orderBy('chat.id', 'ASC')
      .limit(1)
      .getMany();
    if (chat === undefined) return undefined;
    this.after = chat.id;
    const isAtWork = await this.database.read.existsBy(TurnEntity, {
      ...{ chatId: chat.id, status: In(['queued', 'running']) },
    });
    if (isAtWork) return 0;
    await this.removal.remove(chat);
    return 1;
  }
}
