import { Injectable } from '@nestjs/common';
import type { ChatStateQueryDto, TurnDiffDto } from '../../chat/dto/chat-state.dto';
import { toAgentActionDto } from '../../chat/dto/agent-action.dto';
import { toMessageDto } from '../../chat/dto/message.dto';
import { AgentActionEntity } from '../../chat/entities/agent-action.entity';
import { ChatEntity } from '../../chat/entities/chat.entity';
import { EventEntity } from '../../chat/entities/event.entity';
import { MessageEntity } from '../../chat/entities/message.entity';
import { EventLog } from '../../chat/event-log/event-log';
import { PublishedText } from '../../chat/event-log/published-text';
import { ChatStateReader } from '../../chat/chat-state-reader';
import { DomainError, notFound } from '../../common/domain.error';
import { isId } from '../../common/ids';
import { Database } from '../../database/database';
import { Page, PageRequest, readByNumber } from '../../database/page';
import { ChatShareEntity } from './chat-share.entity';
import { SharedActionDto, SharedChatDto, SharedEventDto, SharedMessageDto, SharedStateDto } from './share.dto';
import {
  OpenShare,
  PLAIN_EVENTS,
  sharedEvent,
  sharedMessage,
  sharedState,
  without,
  WORKSPACE_EVENTS,
} from './shown-by-link';

/** What a link shows of its chat, and nothing else. */
@Injectable()
export class SharedView {
  constructor(
    private readonly database: Database,
    private readonly log: EventLog,
    private readonly publishedText: PublishedText,
    private readonly states: ChatStateReader,
  ) {}

  async chat({ chatId, workspace, expiresAt }: ChatShareEntity): Promise<SharedChatDto> {
    const chat = await this.database.read.findOneBy(ChatEntity, { id: chatId });
    if (chat === null) throw notFound('chat', chatId);
    const { title, createdAt, updatedAt } = chat;
    return { title: title || 'New chat', createdAt, updatedAt, workspace, expiresAt };
  }

  /** The same that members read, as far as the link shows it. @throws DomainError `invalid_cursor`, `share_not_found` */
  async state(share: OpenShare, query: ChatStateQueryDto): Promise<SharedStateDto> {
    return sharedState(await this.states.read({ id: share.chatId, role: 'viewer' }, query), share);
  }

  /** All of one action. @throws DomainError `workspace_not_shared`, `agent_action_not_found` */
  async action({ chatId, workspace }: ChatShareEntity, id: string): Promise<SharedActionDto> {
    requireWorkspace(workspace);
    const row = isId(id) && (await this.database.read.findOneBy(AgentActionEntity, { id, chatId }));
    if (!row) throw notFound('agent action', id);
    return without(toAgentActionDto(row), 'chatId');
  }

  /** All that a turn has changed. @throws DomainError `workspace_not_shared`, `turn_not_found` */
  turnDiff({ chatId, workspace }: ChatShareEntity, turnId: string): Promise<TurnDiffDto> {
    requireWorkspace(workspace);
    return this.states.turnDiff(chatId, turnId);
  }

  async messages({ chatId, token }: OpenShare, request: PageRequest): Promise<Page<SharedMessageDto>> {
    const query = this.database.read.createQueryBuilder(MessageEntity, 'row').where('row.chatId = :chatId', { chatId });
    const page = await readByNumber('seq', query, request);
    const messages = await this.publishedText.fill(page.data.map((row) => toMessageDto(row)));
    return { ...page, data: messages.map((message) => sharedMessage(message, token)) };
  }

  /** None where the link does not show the workspace. */
  async actions({ chatId, workspace }: ChatShareEntity, request: PageRequest): Promise<Page<SharedActionDto>> {
    if (!workspace) return { data: [], nextCursor: null };
    const query = this.database.read
      .createQueryBuilder(AgentActionEntity, 'row')
      .where('row.chatId = :chatId', { chatId });
    const page = await readByNumber('seq', query, request);
    return { ...page, data: page.data.map((row) => without(toAgentActionDto(row), 'chatId')) };
  }

  /** @param after number of an event: those behind it, of which some may be left out */
  async events({ chatId, workspace, token }: OpenShare, after: number, limit: number): Promise<Page<SharedEventDto>> {
    const types = workspace ? [...PLAIN_EVENTS, ...WORKSPACE_EVENTS] : PLAIN_EVENTS;
    const [before, events, chat] = await Promise.all([
      this.lastShown(chatId, types, after),
      this.log.read(chatId, after, limit),
      this.database.read.findOneBy(ChatEntity, { id: chatId }),
    ]);
    const last = events.at(-1)?.seq ?? after;
    const shown = events.filter(({ type }) => types.includes(type));
    const data = shown.map((event, index) => sharedEvent(event, shown[index - 1]?.seq ?? before, token));
    return { data, nextCursor: last < (chat?.lastSeq ?? 0) ? String(last) : null };
  }

  /** Number of the last event up to this one that the link shows; 0: none. */
  private async lastShown(chatId: string, types: readonly string[], upTo: number): Promise<number> {
    const query = this.database.read.createQueryBuilder(EventEntity, 'event').select('MAX(event.seq)', 'seq');
    query.where('event.chatId = :chatId AND event.seq <= :upTo', { chatId, upTo });
    const found = await query.andWhere('event.type IN (:...types)', { types }).getRawOne<{ seq: unknown }>();
    return Number(found?.seq ?? 0);
  }
}

/** @throws DomainError `workspace_not_shared` */
function requireWorkspace(workspace: boolean): void {
  if (workspace) return;
  throw new DomainError(403, 'workspace_not_shared', 'This link does not show what the agent did in the workspace.');
}
