import { notFound } from '../../common/domain.error';
import type { Database } from '../../database/database';
import { find, insert } from '../../database/rows';
import type { WriteTransaction } from '../../database/write-transaction';
import { ChatEntity } from '../entities/chat.entity';
import { EventEntity } from '../entities/event.entity';
import type { ChatEvent, EventDraft } from './chat-event';
import type { ChatRef, EventsWrite, LogEntry, SeqOf } from './log-entry';

/** SQLite allows 32,766 variables a statement; an event has nine. */
const MAX_ROWS_PER_INSERT = 500;
const RAISE = 'UPDATE "chat_sessions" SET "last_seq" = "last_seq" + $1 WHERE "id" = $2 RETURNING "last_seq"';

/** Number of the last event of a chat that is committed, 0 for none. */
export async function lastSeqOf({ read }: Database, chatId: string): Promise<number> {
  const [chat] = await find(read, ChatEntity, { id: chatId }, 1);
  return chat?.lastSeq ?? 0;
}

/**
 * Stores entries of a chat's log with their rows. The chat's own row gives the numbers, and keeps whoever else appends to
 * the log waiting until the transaction ends.
 *
 * @param others what others store of the events in the same transaction
 * @returns the events of each entry
 * @throws DomainError `chat_not_found` when the chat is gone, and what a write of an entry throws
 */
export async function storeEntries(
  tx: WriteTransaction,
  chat: ChatRef,
  entries: readonly LogEntry[],
  at: string,
  others: readonly EventsWrite[] = [],
): Promise<ChatEvent[][]> {
  let seq = await firstSeq(
    tx,
    chat.chatId,
    entries.reduce((sum, { events }) => sum + events.length, 0),
  );
  const numbered = entries.map(({ events }) =>
    events.map((draft): ChatEvent => ({ chatId: chat.chatId, previousSeq: seq - 1, seq: seq++, ...draft, at })),
  );
  for (const [index, { events, writes = [] }] of entries.entries()) {
    const seqOf = numbersOf(events, numbered[index] ?? []);
    for (const write of writes) await write(tx, seqOf);
  }
  const events = numbered.flat();
  const rows = events.map((event): EventEntity => ({ ...event, previousSeq: null, userId: chat.userId }));
  for (let start = 0; start < rows.length; start += MAX_ROWS_PER_INSERT) {
    await insert(EventEntity, rows.slice(start, start + MAX_ROWS_PER_INSERT))(tx);
  }
  for (const write of others) await write(tx, chat, events);
  return numbered;
}

/** Raises the number of the chat's last event by `count`; returns the first of the new ones. */
async function firstSeq(tx: WriteTransaction, chatId: string, count: number): Promise<number> {
  if (count === 0) return 0;
  const [row] = await tx.all(RAISE, [count, chatId]);
  if (row === undefined) throw notFound('chat', chatId);
  return Number(row.last_seq) - count + 1;
}

const numbersOf =
  (drafts: readonly EventDraft[], events: readonly ChatEvent[]): SeqOf =>
  (draft) => {
    const event = events[drafts.indexOf(draft)];
    if (event === undefined) throw new TypeError(`no ${draft.type} like this is in the entry`);
    return event.seq;
  };
