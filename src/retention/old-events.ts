import { Injectable } from '@nestjs/common';
import { EventEntity } from '../chat/entities/event.entity';
import { logTruncated } from '../chat/event-log/chat-event';
import { Database } from '../database/database';
import type { Write } from '../database/write-queue';
import type { WriteTransaction } from '../database/write-transaction';

/** Events that one transaction deletes: some milliseconds of work. */
const EVENTS_PER_STEP = 500;
/** Chats that are looked at in one step. */
const CHATS_PER_STEP = 100;

/** Nobody uses it, or will without touching it first. */
const UNUSED = `chat."updated_at" < $2 AND NOT EXISTS (
  SELECT 1 FROM "turns" turn WHERE turn."chat_id" = chat."id" AND turn."status" IN ('queued', 'running'))`;

interface UnusedChat {
  readonly id: string;
  readonly first: number | null;
  readonly last: number | null;
}

/**
 * Deletes the events of chats that are not used any more, from the oldest on. In the place of the last deleted one the log
 * says that it begins there, so that every reader is told, at every step of it. The chat's last number stays as it is.
 */
@Injectable()
export class OldEvents {
  /** Chats up to this one have been swept. */
  private after = '';

  constructor(private readonly database: Database) {}

  /** From the first chat again. */
  begin(): void {
    this.after = '';
  }

  /** @param before ISO 8601: what chats last used before it have. Resolves with how many were deleted; undefined: no more */
  async step(before: string): Promise<number | undefined> {
    const chats = await this.database.read.query<UnusedChat[]>(
      `SELECT chat."id" AS "id",
         (SELECT MIN(event."seq") FROM "events" event WHERE event."chat_id" = chat."id") AS "first",
         (SELECT MAX(event."seq") FROM "events" event WHERE event."chat_id" = chat."id") AS "last"
       FROM "chat_sessions" chat WHERE chat."id" > $1 AND ${UNUSED} ORDER BY chat."id" LIMIT ${CHATS_PER_STEP}`,
      [this.after, before],
    );
    // One is left over in each: the one that says that there were others.
    const chat = chats.find(({ first, last }) => first !== null && first !== last);
    if (chat !== undefined) return this.deleteSome(chat.id, before);
    const lastOfAll = chats.at(-1);
    if (lastOfAll === undefined) return undefined;
    this.after = lastOfAll.id;
    return 0;
  }

  private async deleteSome(chatId: string, before: string): Promise<number> {
    const deleted: Write<number> = async (tx) => {
      const [unused] = await tx.query<object[]>(
        `SELECT 1 FROM "chat_sessions" chat WHERE chat."id" = $1 AND ${UNUSED}`,
        [chatId, before],
      );
      if (unused === undefined) return 0;
      // Read here, as a compaction may take events away meanwhile.
      const oldest = await tx.query<{ seq: number }[]>(
        `SELECT "seq" FROM "events" WHERE "chat_id" = $1 ORDER BY "seq" LIMIT ${EVENTS_PER_STEP}`,
        [chatId],
      );
      const upTo = Number(oldest.at(-1)?.seq ?? 0);
      await markTruncated(tx, chatId, upTo);
      return tx.run('DELETE FROM "events" WHERE "chat_id" = $1 AND "seq" < $2', [chatId, upTo]);
    };
    return this.database.write(deleted, { lane: chatId });
  }
}

async function markTruncated(tx: WriteTransaction, chatId: string, upTo: number): Promise<void> {
  const { type, turnId, data } = logTruncated(upTo);
  await tx.update(EventEntity, { chatId, seq: upTo }, { type, turnId, data, previousSeq: 0 });
}
