import { Injectable } from '@nestjs/common';
import { Between, In, LessThan, Not } from 'typeorm';
import type { ThreadLease } from '../../app-server/pool/thread-lease';
import type { Turn } from '../../app-server/protocol/generated/v2/Turn';
import { Database } from '../../database/database';
import { find, update } from '../../database/rows';
import { isStorageFault } from '../../database/storage-fault';
import { together, Write } from '../../database/write-queue';
import { MessageEntity } from '../entities/message.entity';
import { TurnEntity } from '../entities/turn.entity';
import { messageIdsOf } from './codex-record';
import { historyItems, unknownToCodex } from './history-items';

const MAX_TURNS = 100;
/** Turns at the end of a thread of which codex has written the beginning down, and no message. */
const MAX_TORN_TURNS = 2;

/**
 * Keeps codex's memory of a chat in step with what its people saw.
 *
 * A process that dies takes the answer that it was writing along, and sometimes even a message that it had
 * acknowledged (quirk `no-partial-text`); a thread that never ended a turn may be gone altogether. What is missing is
 * put into the thread before its next turn.
 */
@Injectable()
export class ThreadMemory {
  constructor(private readonly database: Database) {}

  /** The turns before this one that codex may not know to their end, oldest first. */
  async doubtfulBefore(turn: TurnEntity): Promise<TurnEntity[]> {
    const where = { chatId: turn.chatId, id: LessThan(turn.id), remembered: false };
    const turns = await find(this.database.read, TurnEntity, where, MAX_TURNS);
    return turns.reverse();
  }

  /**
   * Tells the thread what it lacks. Returns what is still to be stored when the turn starts.
   *
   * @param thread rows that keep the thread
   */
  async restore(
    lease: ThreadLease,
    turn: TurnEntity,
    doubtful: readonly TurnEntity[],
    thread: readonly Write<unknown>[],
  ): Promise<readonly Write<unknown>[]> {
    const messages = lease.isNewThread ? await this.allBefore(turn) : await this.lostOf(lease, turn, doubtful);
    const items = historyItems(messages);
    const writes = [...thread, ...doubtful.map(({ id }) => update(TurnEntity, { id }, { remembered: true }))];
    if (items.length === 0) return writes;
    await lease.inject(items);
    return this.storeNow(writes);
  }

  /** The turn may be stopped before it starts: what the thread was told it is not told again. */
  private async storeNow(writes: readonly Write<unknown>[]): Promise<readonly Write<unknown>[]> {
    try {
      await this.database.write(together(writes));
      return [];
    } catch (error) {
      // The start of the turn waits until something can be stored.
      if (isStorageFault(error)) return writes;
      throw error;
    }
  }

  private async lostOf(
    lease: ThreadLease,
    turn: TurnEntity,
    doubtful: readonly TurnEntity[],
  ): Promise<MessageEntity[]> {
    if (doubtful.length === 0 && !lease.isResumedThread) return [];
    const written = await lease.newestTurns(lease.isResumedThread ? MAX_TORN_TURNS + 1 : 1);
    const unwritten = lease.isResumedThread ? await this.completedSince(written, turn) : [];
    const messages = await this.messagesOf([...unwritten, ...doubtful]);
    return unknownToCodex(messages, written[0] ?? null);
  }

  /**
   * The completed turns after the newest that codex has on disk with a message: where the disk is full it completes turns
   * without a word of it, and its death takes them along.
   */
  private async completedSince(written: readonly Turn[], turn: TurnEntity): Promise<TurnEntity[]> {
    const { read } = this.database;
    const ids = written.map(messageIdsOf).find(({ length }) => length > 0) ?? [];
    const known = ids.length === 0 ? null : await read.findOneBy(MessageEntity, { id: In(ids), chatId: turn.chatId });
    if (known === null) return [];
    const where = { chatId: turn.chatId, id: Between(known.turnId, turn.id), status: 'completed' as const };
    const turns = await read.find(TurnEntity, { where, order: { id: 'DESC' }, take: MAX_TURNS });
    return turns.filter(({ id, remembered }) => id !== known.turnId && remembered);
  }

  private async allBefore(turn: TurnEntity): Promise<MessageEntity[]> {
    const where = { chatId: turn.chatId, id: LessThan(turn.id), status: Not('queued' as const) };
    const turns = await this.database.read.find(TurnEntity, { where, order: { id: 'DESC' }, take: MAX_TURNS });
    return this.messagesOf(turns);
  }

  private messagesOf(turns: readonly TurnEntity[]): Promise<MessageEntity[]> {
    const where = { turnId: In(turns.map(({ id }) => id)) };
    return this.database.read.find(MessageEntity, { where, order: { turnId: 'ASC', id: 'ASC' } });
  }
}
