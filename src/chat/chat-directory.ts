import { Injectable } from '@nestjs/common';
import { In } from 'typeorm';
import { Access, AccessLevel } from '../access/access';
import type { ProjectRole } from '../access/project-member.entity';
import { User } from '../auth/user';
import { notFound } from '../common/domain.error';
import { isId } from '../common/ids';
import { Database } from '../database/database';
import { findWith } from '../database/rows';
import { AgentPolicies } from './agent-policies';
import { ChatDto, ChatStatus, toChatDto } from './dto/chat.dto';
import { ApprovalEntity } from './entities/approval.entity';
import { ChatEntity } from './entities/chat.entity';
import { PinnedChatEntity } from './entities/pinned-chat.entity';
import { TurnEntity } from './entities/turn.entity';

type OfChat = typeof TurnEntity | typeof ApprovalEntity | typeof PinnedChatEntity;

/** Finds chats, always for one user. */
@Injectable()
export class ChatDirectory {
  constructor(
    private readonly database: Database,
    private readonly access: Access,
    private readonly policies: AgentPolicies,
  ) {}

  /** @throws DomainError `chat_not_found`, also for a chat that the user may not see; `read_only`. */
  async find(user: User, chatId: string, level: AccessLevel): Promise<ChatEntity> {
    return (await this.findWithRole(user, chatId, level)).chat;
  }

  /** The same, with the user's role in it. @throws DomainError `chat_not_found`, `read_only` */
  async findWithRole(user: User, chatId: string, level: AccessLevel): Promise<{ chat: ChatEntity; role: ProjectRole }> {
    const found = isId(chatId)
      ? await findWith(this.database.read, ChatEntity, { id: chatId }, (text) => this.access.roleInChat(text(user.id)))
      : undefined;
    const member = (found?.value ?? undefined) as ProjectRole | undefined;
    const role = found && this.access.roleFor(user, { role: member, owner: found.row.userId }, level);
    if (!found || !role) throw notFound('chat', chatId);
    return { chat: found.row, role };
  }

  async view(user: User, chatId: string): Promise<ChatDto> {
    const [view] = await this.views(user, [await this.find(user, chatId, 'read')]);
    if (!view) throw notFound('chat', chatId);
    return view;
  }

  /** The chats as they are shown to the user, in the same order. */
  async views(user: User, chats: readonly ChatEntity[]): Promise<ChatDto[]> {
    const ids = chats.map(({ id }) => id);
    const projectIds = chats.map(({ projectId }) => projectId);
    const free = chats.filter(({ queueHeld }) => !queueHeld).map(({ id }) => id);
    const [roles, active, waiting, pinned] = await Promise.all([
      this.access.rolesIn(user, projectIds),
      this.chatIdsOf(TurnEntity, [
        { chatId: In(ids), status: 'running' },
        // What a held queue keeps waiting is not at work.
        { chatId: In(free), status: 'queued' },
      ]),
      this.chatIdsOf(ApprovalEntity, { chatId: In(ids), status: 'pending' }),
      this.chatIdsOf(PinnedChatEntity, { userId: user.id, chatId: In(ids) }),
    ]);
    const statusOf = (id: string): ChatStatus => {
      if (waiting.has(id)) return 'waiting_for_approval';
      return active.has(id) ? 'running' : 'idle';
    };
    return chats.map((chat) => {
      // Somebody who has lost the role meanwhile has it for this answer.
      const role = roles.get(chat.projectId) ?? 'viewer';
      const own = { ...this.policies.applied(chat), pinned: pinned.has(chat.id) };
      return { ...toChatDto(chat, statusOf(chat.id), role), ...own };
    });
  }

  /** Whether the user keeps it at the top of their list. */
  async isPinned({ id: userId }: User, chatId: string): Promise<boolean> {
    return (await this.chatIdsOf(PinnedChatEntity, { userId, chatId })).has(chatId);
  }

  private async chatIdsOf(entity: OfChat, where: object): Promise<Set<string>> {
    const rows = await this.database.read.find<InstanceType<OfChat>>(entity, {
      select: { chatId: true },
      where,
    });
    return new Set(rows.map(({ chatId }) => chatId));
  }
}
