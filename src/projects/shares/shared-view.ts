import { Injectable } from '@nestjs/common';
import { toAgentActionDto } from '../../chat/dto/agent-action.dto';
import { toMessageDto } from '../../chat/dto/message.dto';
import { AgentActionEntity } from '../../chat/entities/agent-action.entity';
import { ChatEntity } from '../../chat/entities/chat.entity';
import { MessageEntity } from '../../chat/entities/message.entity';
import type { ChatEvent } from '../../chat/event-log/chat-event';
import { EventLog } from '../../chat/event-log/event-log';
import { PublishedText } from '../../chat/event-log/published-text';
import { notFound } from '../../common/domain.error';
import { Database } from '../../database/database';
import { decodeNumbers, Page, PageRequest, readPage } from '../../database/page';
import { ChatShareEntity } from './chat-share.entity';
import { SharedActionDto, SharedChatDto, SharedEventDto, SharedMessageDto } from './share.dto';

/** Events that tell of nobody and of no file. */
const PLAIN: readonly string[] = [
  ...['turn.queued', 'turn.started', 'turn.completed', 'message.created', 'message.delta', 'message.completed'],
  ...['reasoning.delta', 'reasoning.completed', 'plan.updated', 'context.omitted', 'context.compacted'],
];

const OF_WORKSPACE: readonly string[] = [
  ...['item.started', 'item.updated', 'item.completed', 'command.output', 'diff.updated'],
];

/** What a link shows of its chat, and nothing else. */
@Injectable()
export class SharedView {
  constructor(
    private readonly database: Database,
    private readonly log: EventLog,
    private readonly publishedText: PublishedText,
  ) {}

  async chat({ chatId, workspace, expiresAt }: ChatShareEntity): Promise<SharedChatDto> {
    const chat = await this.database.read.findOneBy(ChatEntity, { id: chatId });
    if (chat === null) throw notFound('chat', chatId);
    const { title, createdAt, updatedAt } = chat;
    return { title: title || 'New chat', createdAt, updatedAt, workspace, expiresAt };
  }

  async messages({ chatId }: ChatShareEntity, { limit, cursor }: PageRequest): Promise<Page<SharedMessageDto>> {
    const query = this.database.read
      .createQueryBuilder(MessageEntity, 'row')
      .where('row.chatId = :chatId', { chatId })
      .orderBy('row.seq', 'ASC');
    if (cursor !== undefined) query.andWhere('row.seq > :seq', { seq: decodeNumbers(cursor, 1)[0] });
    const page = await readPage(query, limit, ({ seq }) => String(seq));
    const messages = await this.publishedText.fill(page.data.map((row) => toMessageDto(row)));
    return { ...page, data: messages.map(anonymous) };
  }

  /** None where the link does not show the workspace. */
  async actions(
    { chatId, workspace }: ChatShareEntity,
    { limit, cursor }: PageRequest,
  ): Promise<Page<SharedActionDto>> {
    if (!workspace) return { data: [], nextCursor: null };
    const query = this.database.read
      .createQueryBuilder(AgentActionEntity, 'row')
      .where('row.chatId = :chatId', { chatId })
      .orderBy('row.seq', 'ASC');
    if (cursor !== undefined) query.andWhere('row.seq > :seq', { seq: decodeNumbers(cursor, 1)[0] });
    const page = await readPage(query, limit, ({ seq }) => String(seq));
    return { ...page, data: page.data.map((row) => without(toAgentActionDto(row), 'chatId')) };
  }

  /** @param after number of an event: those behind it, of which some may be left out */
  async events({ chatId, workspace }: ChatShareEntity, after: number, limit: number): Promise<Page<SharedEventDto>> {
    const [events, chat] = await Promise.all([
      this.log.read(chatId, after, limit),
      this.database.read.findOneBy(ChatEntity, { id: chatId }),
    ]);
    const last = events.at(-1)?.seq ?? after;
    const shown = events.filter(({ type }) => PLAIN.includes(type) || (workspace && OF_WORKSPACE.includes(type)));
    return { data: shown.map(sharedEvent), nextCursor: last < (chat?.lastSeq ?? 0) ? String(last) : null };
  }
}

function sharedEvent({ seq, type, turnId, at, data }: ChatEvent): SharedEventDto {
  const shown: Record<string, unknown> = { ...data };
  if ('message' in data && typeof data.message === 'object') shown.message = anonymous(data.message);
  if ('item' in data) shown.item = without(data.item, 'chatId');
  if ('turn' in data) shown.turn = without(data.turn, 'chatId');
  return { seq, type, turnId, at, data: shown };
}

const anonymous = <T extends object>(message: T): Omit<T, 'author' | 'clientMessageId' | 'chatId'> =>
  without(message, 'author', 'clientMessageId', 'chatId');

function without<T extends object, K extends string>(value: T, ...names: K[]): Omit<T, K> {
  const kept = Object.entries(value).filter(([name]) => !(names as string[]).includes(name));
  return Object.fromEntries(kept) as Omit<T, K>;
}
