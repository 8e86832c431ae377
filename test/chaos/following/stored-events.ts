import { join } from 'node:path';
import { Database, OPEN_READONLY } from 'sqlite3';
import type { ChatEvent } from '../../../src/chat/event-log/chat-event';
import { digestOf } from './event-digest';

interface EventRow {
  readonly chat_id: string;
  readonly seq: number;
  readonly turn_id: string | null;
  readonly type: string;
  readonly at: string;
  readonly data: string;
}

/** Digests of a chat's events in the database file, number 1 first. @throws Error for a log with a gap in itself. */
export async function storedDigests(dataRoot: string, chatId: string): Promise<string[]> {
  const rows = await rowsOf(join(dataRoot, 'db', 'chat.sqlite'), chatId);
  return rows.map((row, index) => {
    if (row.seq !== index + 1) throw new Error(`event ${index + 1} of chat ${chatId} is missing in the database`);
    const { chat_id, seq, turn_id, type, at } = row;
    return digestOf({
      chatId: chat_id,
      seq,
      turnId: turn_id,
      type,
      at,
      data: JSON.parse(row.data) as unknown,
    } as ChatEvent);
  });
}

function rowsOf(file: string, chatId: string): Promise<EventRow[]> {
  return new Promise((resolve, reject) => {
    const database = new Database(file, OPEN_READONLY);
    database.all('SELECT * FROM events WHERE chat_id = ? ORDER BY seq', [chatId], (error, rows) => {
      database.close();
      if (error) reject(error);
      else resolve(rows as EventRow[]);
    });
  });
}
