import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { ChatEvent } from '../../../src/chat/event-log/chat-event';
import type { ApprovalRow, DatabaseRows, MessageRow, TurnRow } from './entries';

const FILE = 'chat.sqlite';

type Row = Readonly<Record<string, string | number | null>>;

/** Events of one chat, in the order of their numbers. @param folder of the database file. */
export function readEvents(folder: string, chatId: string): ChatEvent[] {
  const database = new DatabaseSync(join(folder, FILE), { readOnly: true });
  try {
    return (database.prepare('SELECT * FROM events WHERE chat_id = ? ORDER BY seq').all(chatId) as Row[]).map(toEvent);
  } finally {
    database.close();
  }
}

/**
 * Reads a database, whether the service has it open or not.
 *
 * @param folder of the database file.
 */
export function readDatabase(folder: string): DatabaseRows {
  const database = new DatabaseSync(join(folder, FILE), { readOnly: true });
  try {
    const rows = (sql: string): Row[] => database.prepare(sql).all() as Row[];
    return {
      integrity: integrityOf(database),
      turns: rows('SELECT id, chat_id, status, error_code FROM turns ORDER BY id').map(toTurn),
      messages: rows('SELECT * FROM messages ORDER BY id').map(toMessage),
      events: rows('SELECT * FROM events ORDER BY chat_id, seq').map(toEvent),
      approvals: rows('SELECT * FROM approvals ORDER BY id').map(toApproval),
      chatsIn: chatsIn(rows),
    };
  } finally {
    database.close();
  }
}

/**
 * What `PRAGMA integrity_check` says of a database that nobody has open: `ok`, or what is wrong. It looks at a copy: what
 * a crash left stays as it is, for the service to mend.
 */
export function checkIntegrity(folder: string): string {
  const copy = mkdtempSync(join(tmpdir(), 'codex-relay-chaos-'));
  try {
    // The log of what is committed and not yet in the file belongs to it.
    for (const name of [FILE, `${FILE}-wal`]) {
      if (existsSync(join(folder, name))) copyFileSync(join(folder, name), join(copy, name));
    }
    const database = new DatabaseSync(join(copy, FILE));
    try {
      return integrityOf(database);
    } finally {
      database.close();
    }
  } finally {
    rmSync(copy, { recursive: true });
  }
}

const integrityOf = (database: DatabaseSync): string =>
  (database.prepare('PRAGMA integrity_check').all() as Row[]).map((row) => row.integrity_check).join('; ');

const text = (value: string | number | null | undefined): string => String(value ?? '');

const toTurn = (row: Row): TurnRow => ({
  ...{ id: text(row.id), chatId: text(row.chat_id), status: text(row.status) },
  errorCode: row.error_code === null ? null : text(row.error_code),
});

const toMessage = (row: Row): MessageRow => ({
  ...{ id: text(row.id), chatId: text(row.chat_id), turnId: text(row.turn_id) },
  ...{ role: text(row.role), status: text(row.status), text: textOf(text(row.content)) },
  clientMessageId: row.client_message_id === null ? null : text(row.client_message_id),
});

const toApproval = (row: Row): ApprovalRow => ({
  ...{ id: text(row.id), chatId: text(row.chat_id), turnId: text(row.turn_id), status: text(row.status) },
  decision: row.decision === null ? null : String(JSON.parse(text(row.decision))),
});

/** Calls of models are kept for the bill. */
const KEPT_TABLES = ['model_calls'];

/** The chats that each table has rows of. */
function chatsIn(rows: (sql: string) => Row[]): Record<string, string[]> {
  const columns = rows(`SELECT m.name AS name, c.name AS "column" FROM sqlite_master m, pragma_table_info(m.name) c
    WHERE m.type = 'table' AND (c.name = 'chat_id' OR (m.name = 'chat_sessions' AND c.name = 'id'))`);
  const kept = columns.filter(({ name }) => !KEPT_TABLES.includes(text(name)));
  return Object.fromEntries(
    kept.map(({ name, column }) => [
      text(name),
      rows(`SELECT DISTINCT ${text(column)} AS id FROM ${text(name)}`).map(({ id }) => text(id)),
    ]),
  );
}

/** The row was written from a ChatEvent. */
const toEvent = (row: Row): ChatEvent =>
  ({
    ...{ chatId: row.chat_id, seq: row.seq, previousSeq: row.previous_seq ?? Number(row.seq) - 1 },
    ...{ turnId: row.turn_id, type: row.type, at: row.at },
    data: JSON.parse(text(row.data)) as unknown,
  }) as ChatEvent;

const textOf = (content: string): string =>
  (JSON.parse(content) as { text?: string }[]).map((part) => part.text ?? '').join('');
