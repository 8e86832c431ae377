import { Injectable } from '@nestjs/common';
import { In } from 'typeorm';
import { User } from '../auth/user';
import { notFound } from '../common/domain.error';
import { isId } from '../common/ids';
import { Database } from '../database/database';
import { find } from '../database/rows';
import { AgentPolicies } from './agent-policies';
import { ChatDto, ChatStatus, toChatDto } from './dto/chat.dto';
import { ApprovalEntity } from './entities/approval.entity';
import { ChatEntity } from './entities/chat.entity';
import { TurnEntity } from './entities/turn.entity';

/** Finds chats, always those of one user. */
@Injectable()
export class ChatDirectory {
  constructor(
    private readonly database: Database,
    private readonly policies: AgentPolicies,
  ) {}

  /** @throws DomainError `chat_not_found`, also for a chat of somebody else. */
  async find(user: User, chatId: string): Promise<ChatEntity> {
    const where = { id: chatId, userId: user.id };
    const [chat] = isId(chatId) ? await find(this.database.read, ChatEntity, where, 1) : [];
    if (!chat) throw notFound('chat', chatId);
    return chat;
  }

  async view(user: User, chatId: string): Promise<ChatDto> {
    const [view] = await this.views([await this.find(user, chatId)]);
    if (!view) throw notFound('chat', chatId);
    return view;
  }

  /** The chats as they are shown, in the same order. */
  async views(chats: readonly ChatEntity[]): Promise<ChatDto[]> {
    const ids = chats.map(({ id }) => id);
    const [active, waiting] = await Promise.all([
      this.chatIdsOf(TurnEntity, { chatId: In(ids), status: In(['queued', 'running']) }),
      this.chatIdsOf(ApprovalEntity, { chatId: In(ids), status: 'pending' }),
    ]);
    const statusOf = (id: string): ChatStatus => {
      if (waiting.has(id)) return 'waiting_for_approval';
      return active.has(id) ? 'running' : 'idle';
    };
    return chats.map((chat) => ({
      ...toChatDto(chat, statusOf(chat.id)),
      ...this.policies.applied(chat),
    }));
  }

  private async chatIdsOf(entity: typeof TurnEntity | typeof ApprovalEntity, where: object): Promise<Set<string>> {
    const rows = await this.database.read.find<TurnEntity | ApprovalEntity>(entity, {
      select: { chatId: true },
      where,
    });
    return new Set(rows.map(({ chatId }) => chatId));
  }
}
