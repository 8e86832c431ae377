import { Injectable } from '@nestjs/common';
import { toAgentActionDto } from '../../chat/dto/agent-action.dto';
import { toMessageDto } from '../../chat/dto/message.dto';
import { AgentActionEntity } from '../../chat/entities/agent-action.entity';
import { ChatEntity } from '../../chat/entities/chat.entity';
import { EventEntity } from '../../chat/entities/event.entity';
import { type ContentPart, MessageEntity } from '../../chat/entities/message.entity';
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

  async messages({ chatId, token }: OpenShare, { limit, cursor }: PageRequest): Promise<Page<SharedMessageDto>> {
    const query = this.database.read
      .createQueryBuilder(MessageEntity, 'row')
      .where('row.chatId = :chatId', { chatId })
      .orderBy('row.seq', 'ASC');
    if (cursor !== undefined) query.andWhere('row.seq > :seq', { seq: decodeNumbers(cursor, 1)[0] });
    const page = await readPage(query, limit, ({ seq }) => String(seq));
    const messages = await this.publishedText.fill(page.data.map((row) => toMessageDto(row)));
    return { ...page, data: messages.map((message) => sharedMessage(message, token)) };
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
  async events({ chatId, workspace, token }: OpenShare, after: number, limit: number): Promise<Page<SharedEventDto>> {
    const types = workspace ? [...PLAIN, ...OF_WORKSPACE] : PLAIN;
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

/** With the token by which it was opened, which the addresses of pictures have in them. */
type OpenShare = ChatShareEntity & { readonly token: string };

function sharedEvent({ seq, type, turnId, at, data }: ChatEvent, previousSeq: number, token: string): SharedEventDto {
  const shown: Record<string, unknown> = { ...data };
  if ('message' in data && typeof data.message === 'object') {
    shown.message = sharedMessage(data.message, token);
  }
  if ('item' in data) shown.item = without(data.item, 'chatId');
  if ('turn' in data) shown.turn = without(data.turn, 'chatId');
  return { seq, previousSeq, type, turnId, at, data: shown };
}

const anonymous = <T extends object>(message: T): Omit<T, 'author' | 'clientMessageId' | 'chatId'> =>
  without(message, 'author', 'clientMessageId', 'chatId');

/** Its pictures are read by the link, too. */
function sharedMessage<T extends object>(message: T, token: string): ReturnType<typeof anonymous<T>> {
  const shown = anonymous(message);
  if (!('content' in shown) || !Array.isArray(shown.content)) return shown;
  const content = (shown.content as ContentPart[]).map((part) =>
    'blobId' in part ? { ...part, url: `/api/v1/shared/${token}/blobs/${part.blobId}` } : part,
  );
  return { ...shown, content };
}

function without<T extends object, K extends string>(value: T, ...names: K[]): Omit<T, K> {
  const kept = Object.entries(value).filter(([name]) => !(names as string[]).includes(name));
  return Object.fromEntries(kept) as Omit<T, K>;
}
