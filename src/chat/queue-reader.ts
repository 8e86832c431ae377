import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { type EntityManager, In } from 'typeorm';
import { Authors } from '../access/authors';
import { notFound } from '../common/domain.error';
import { Database } from '../database/database';
import { toMessageDto } from './dto/message.dto';
import type { QueueDto, WaitingMessageDto, WaitsForDto } from './dto/queue.dto';
import { ApprovalEntity } from './entities/approval.entity';
import { ChatEntity } from './entities/chat.entity';
import { MessageEntity } from './entities/message.entity';
import { TurnEntity } from './entities/turn.entity';
import { waitsFor } from './waits-for';

const ACTIVE = ['queued', 'running'] as const;
const HASH_DIGITS = 12;

/** A turn that waits, with its message. */
export interface WaitingTurn {
  readonly turn: TurnEntity;
  readonly message: MessageEntity;
}

/** What waits in a chat, all of it as at one moment. */
export interface QueueSnapshot {
  readonly chat: ChatEntity;
  /** The next first. */
  readonly waiting: readonly WaitingTurn[];
  readonly running: TurnEntity | undefined;
  /** The oldest open question of the running turn. */
  readonly approvalId: string | null;
  readonly version: string;
}

/** Another one for another queue. @param revision how often users have changed it @param turnIds what waits, in order */
export function queueVersion(revision: number, turnIds: readonly string[]): string {
  const hash = createHash('sha256').update(turnIds.join(',')).digest('hex');
  return `${revision}-${hash.slice(0, HASH_DIGITS)}`;
}

/** Reads what waits in a chat, whoever asks: who may ask is for those who use it. */
@Injectable()
export class QueueReader {
  constructor(
    private readonly database: Database,
    private readonly authors: Authors,
  ) {}

  /** No more than a chat may have waiting. @throws DomainError `chat_not_found` */
  read(chatId: string): Promise<QueueSnapshot> {
    return this.database.snapshot((read) => readQueue(read, chatId));
  }

  /** What a turn waits for now; null too where it does not wait any more. */
  waitOf({ id: chatId, queueHeld, queuePass }: ChatEntity, turnId: string): Promise<WaitsForDto | null> {
    return this.database.snapshot(async (read) => {
      const where = { chatId, status: In([...ACTIVE]) };
      const active = await read.find(TurnEntity, {
        where,
        order: { ordinal: 'ASC' },
        select: { id: true, status: true },
      });
      if (!active.some(({ id, status }) => id === turnId && status === 'queued')) return null;
      const [first] = active;
      const isNext = first?.id === turnId;
      const running = first?.status === 'running' ? first : undefined;
      return waitsFor({
        ...{ isNext, isHeld: queueHeld && queuePass !== turnId, turnId: isNext ? null : (first?.id ?? null) },
        approvalId: await openQuestion(read, running),
      });
    });
  }

  async shown(queue: QueueSnapshot): Promise<QueueDto> {
    const { chat, waiting, running, version, approvalId } = queue;
    const authors = await this.authors.of(waiting.map(({ message }) => message.authorId));
    const ahead = running ? 1 : 0;
    const first = running?.id ?? waiting[0]?.turn.id ?? null;
    const items = waiting.map(({ turn, message }, index): WaitingMessageDto => {
      const { backend = null, model = null, effort = null } = turn.options;
      const author = authors.get(message.authorId ?? '') ?? null;
      const position = index + ahead;
      const before = { isNext: position === 0, turnId: position === 0 ? null : first, approvalId };
      return {
        ...{ turnId: turn.id, position, message: toMessageDto(message, author), backend, model, effort },
        waitsFor: waitsFor({ ...before, isHeld: chat.queueHeld && chat.queuePass !== turn.id }),
      };
    });
    return { held: chat.queueHeld, version, items };
  }
}

async function readQueue(read: EntityManager, chatId: string): Promise<QueueSnapshot> {
  const chat = await read.findOneBy(ChatEntity, { id: chatId });
  if (!chat) throw notFound('chat', chatId);
  const where = { chatId, status: In([...ACTIVE]) };
  const active = await read.find(TurnEntity, { where, order: { ordinal: 'ASC' } });
  const messages = await read.find(MessageEntity, {
    ...{ where: { turnId: In(active.map(({ id }) => id)), role: 'user' as const }, order: { seq: 'ASC' as const } },
  });
  const waiting = active.flatMap((turn): WaitingTurn[] => {
    const message = turn.status === 'queued' && messages.find(({ turnId }) => turnId === turn.id);
    return message ? [{ turn, message }] : [];
  });
  const running = active.find(({ status }) => status === 'running');
  const approvalId = await openQuestion(read, running);
  const turnIds = waiting.map(({ turn }) => turn.id);
  const version = queueVersion(chat.queueRevision, turnIds);
  return { chat, waiting, running, approvalId, version };
}

async function openQuestion(read: EntityManager, running: Pick<TurnEntity, 'id'> | undefined): Promise<string | null> {
  if (running === undefined) return null;
  const where = { turnId: running.id, status: 'pending' as const };
  const question = await read.findOne(ApprovalEntity, { where, order: { seq: 'ASC' } });
  return question?.id ?? null;
}
