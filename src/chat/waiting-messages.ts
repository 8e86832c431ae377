import { Injectable } from '@nestjs/common';
import { In } from 'typeorm';
import { Authors } from '../access/authors';
import { User } from '../auth/user';
import { conflict, notFound } from '../common/domain.error';
import { isId } from '../common/ids';
import { Database } from '../database/database';
import { ChatDirectory } from './chat-directory';
import { toMessageDto } from './dto/message.dto';
import type { QueueDto } from './dto/queue.dto';
import { MessageEntity } from './entities/message.entity';
import { TurnEntity } from './entities/turn.entity';
import { TurnScheduler } from './turns/turn-scheduler';
import { TurnEndedError } from './turns/turn-state';

const ACTIVE = ['queued', 'running'] as const;

/** The messages of a chat that wait for their turn, which their users may take back. */
@Injectable()
export class WaitingMessages {
  constructor(
    private readonly database: Database,
    private readonly directory: ChatDirectory,
    private readonly scheduler: TurnScheduler,
    private readonly authors: Authors,
  ) {}

  /** The next first; no more than a chat may have waiting. @throws DomainError `chat_not_found` */
  async list(user: User, chatId: string): Promise<QueueDto> {
    const chat = await this.directory.find(user, chatId, 'read');
    return this.database.snapshot(async (read) => {
      const where = { chatId: chat.id, status: In([...ACTIVE]) };
      const active = await read.find(TurnEntity, { where, order: { ordinal: 'ASC' } });
      const messages = await read.find(MessageEntity, {
        ...{ where: { turnId: In(active.map(({ id }) => id)), role: 'user' as const }, order: { seq: 'ASC' as const } },
      });
      const authors = await this.authors.of(messages.map(({ authorId }) => authorId));
      const items = active.flatMap((turn, position) => {
        const message = turn.status === 'queued' && messages.find(({ turnId }) => turnId === turn.id);
        if (!message) return [];
        const { backend = null, model = null, effort = null } = turn.options;
        const author = authors.get(message.authorId ?? '') ?? null;
        return [{ turnId: turn.id, position, message: toMessageDto(message, author), backend, model, effort }];
      });
      return { items };
    });
  }

  /**
   * Takes a message back: its turn ends as `interrupted` (`removed_from_queue`), and the agent is never given it.
   *
   * @throws DomainError `chat_not_found`, `read_only`, `turn_not_found`, `turn_not_queued`, `storage_unavailable`
   */
  async remove(user: User, chatId: string, turnId: string): Promise<void> {
    const chat = await this.directory.find(user, chatId, 'write');
    const turn = isId(turnId) && (await this.database.read.findOneBy(TurnEntity, { id: turnId, chatId: chat.id }));
    if (!turn) throw notFound('turn', turnId);
    if (turn.status !== 'queued') throw notQueued(turnId);
    try {
      await this.database.confirmed(this.scheduler.remove(turn));
    } catch (error) {
      throw error instanceof TurnEndedError ? notQueued(turnId) : error;
    }
  }
}

const notQueued = (turnId: string) =>
  conflict(
    'turn_not_queued',
    `Turn ${turnId} does not wait any more: it runs or has ended. A turn that runs is stopped by an interrupt.`,
  );
