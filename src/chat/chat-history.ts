import { Injectable } from '@nestjs/common';
import { EntityTarget, In, ObjectLiteral, SelectQueryBuilder } from 'typeorm';
import { Access } from '../access/access';
import { Authors } from '../access/authors';
import { User } from '../auth/user';
import { notFound } from '../common/domain.error';
import { isId } from '../common/ids';
import { Database } from '../database/database';
import { decodeNumbers, encodeCursor, Page, PageRequest, readByNumber, readNewest } from '../database/page';
import { ChatDirectory } from './chat-directory';
import { AgentActionDto, toAgentActionDto } from './dto/agent-action.dto';
import { ApprovalRuleDto, OwnApprovalRuleDto, toApprovalRuleDto } from './dto/approval-rule.dto';
import { ApprovalDto, toApprovalDto } from './dto/approval.dto';
import { MessageDto, toMessageDto } from './dto/message.dto';
import { toTurnDto, TurnDto } from './dto/turn.dto';
import { AgentActionEntity } from './entities/agent-action.entity';
import { ApprovalRuleEntity } from './entities/approval-rule.entity';
import { ApprovalEntity } from './entities/approval.entity';
import { ChatEntity } from './entities/chat.entity';
import { MessageEntity } from './entities/message.entity';
import { TurnEntity } from './entities/turn.entity';
import { PublishedText } from './event-log/published-text';

/** What has happened in a chat, in pages. Every method throws DomainError `chat_not_found` for a chat that the user may not see. */
@Injectable()
export class ChatHistory {
  constructor(
    private readonly database: Database,
    private readonly directory: ChatDirectory,
    private readonly publishedText: PublishedText,
    private readonly access: Access,
    private readonly authors: Authors,
  ) {}

  /** Turn by turn: the user's message, then the agent's. A message that is being written has the text so far. */
  async messages(user: User, chatId: string, { limit, cursor }: PageRequest): Promise<Page<MessageDto>> {
    const query = (await this.rowsOf(MessageEntity, user, chatId))
      .innerJoin(TurnEntity, 'turn', 'turn.id = row.turnId')
      .orderBy({ 'turn.ordinal': 'ASC', 'row.seq': 'ASC' });
    if (cursor !== undefined) {
      const [ordinal, seq] = decodeNumbers(cursor, 2);
      query.andWhere('(turn.ordinal > :ordinal OR (turn.ordinal = :ordinal AND row.seq > :seq))', { ordinal, seq });
    }
    const rows = await query.limit(limit + 1).getMany();
    const messages = rows.slice(0, limit);
    const nextCursor = rows.length > limit ? await this.cursorBehind(messages.at(-1)) : null;
    const authors = await this.authors.of(messages.map(({ authorId }) => authorId));
    const written = messages.map((row) => toMessageDto(row, authors.get(row.authorId ?? '')));
    return { nextCursor, data: await this.publishedText.fill(written) };
  }

  async turns(user: User, chatId: string, request: PageRequest): Promise<Page<TurnDto>> {
    const page = await readByNumber('ordinal', await this.rowsOf(TurnEntity, user, chatId), request);
    return { ...page, data: page.data.map(toTurnDto) };
  }

  async agentActions(user: User, chatId: string, request: PageRequest): Promise<Page<AgentActionDto>> {
    const page = await readByNumber('seq', await this.rowsOf(AgentActionEntity, user, chatId), request);
    return { ...page, data: page.data.map(toAgentActionDto) };
  }

  /** The open approval requests of a chat. */
  async pendingApprovals(user: User, chatId: string, request: PageRequest): Promise<Page<ApprovalDto>> {
    const query = (await this.rowsOf(ApprovalEntity, user, chatId)).andWhere("row.status = 'pending'");
    const page = await readByNumber('seq', query, request);
    return { ...page, data: page.data.map((row) => toApprovalDto(row)) };
  }

  /** What the chat's agent may run without asking. */
  async approvalRules(user: User, chatId: string, request: PageRequest): Promise<Page<ApprovalRuleDto>> {
    const page = await readByNumber('seq', await this.rowsOf(ApprovalRuleEntity, user, chatId), request);
    return { ...page, data: page.data.map(toApprovalRuleDto) };
  }

  /** The rules that are the user's, in all chats that they may see, newest first. */
  async ownApprovalRules(user: User, request: PageRequest): Promise<Page<OwnApprovalRuleDto>> {
    const visible = this.access.ofVisibleChats(user, 'row.chatId');
    const query = this.database.read
      .createQueryBuilder(ApprovalRuleEntity, 'row')
      .where('row.userId = :userId', { userId: user.id })
      .andWhere(visible.text, visible.parameters);
    const page = await readNewest(query, request);
    const titles = await this.titlesOf(page.data.map(({ chatId }) => chatId));
    const named = (rule: ApprovalRuleEntity) => ({
      ...toApprovalRuleDto(rule),
      chatTitle: titles.get(rule.chatId) ?? '',
    });
    return { ...page, data: page.data.map(named) };
  }

  /** @throws DomainError `approval_rule_not_found`: also for somebody else's. */
  async ownApprovalRule(user: User, id: string): Promise<ApprovalRuleEntity> {
    const rule = isId(id) && (await this.database.read.findOneBy(ApprovalRuleEntity, { id, userId: user.id }));
    if (!rule) throw notFound('approval rule', id);
    return rule;
  }

  /** @throws DomainError `agent_action_not_found`. */
  async agentAction(user: User, id: string): Promise<AgentActionDto> {
    const visible = this.access.ofVisibleChats(user, 'row.chatId');
    const query = this.database.read.createQueryBuilder(AgentActionEntity, 'row').where('row.id = :id', { id });
    const row = isId(id) && (await query.andWhere(visible.text, visible.parameters).getOne());
    if (!row) throw notFound('agent action', id);
    return toAgentActionDto(row);
  }

  private async titlesOf(chatIds: readonly string[]): Promise<Map<string, string>> {
    const where = { id: In([...new Set(chatIds)]) };
    const chats = await this.database.read.find(ChatEntity, { select: { id: true, title: true }, where });
    return new Map(chats.map(({ id, title }) => [id, title]));
  }

  private async rowsOf<T extends ObjectLiteral>(
    entity: EntityTarget<T>,
    user: User,
    chatId: string,
  ): Promise<SelectQueryBuilder<T>> {
    const { id } = await this.directory.find(user, chatId, 'read');
    return this.database.read.createQueryBuilder(entity, 'row').where('row.chatId = :chatId', { chatId: id });
  }

  private async cursorBehind(message: MessageEntity | undefined): Promise<string> {
    const { seq, turnId } = message ?? {};
    const { ordinal } = await this.database.read.findOneByOrFail(TurnEntity, { id: turnId });
    return encodeCursor(`${ordinal}/${seq}`);
  }
}
