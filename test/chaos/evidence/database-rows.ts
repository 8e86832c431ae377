import type { ChatEvent } from '../../../src/chat/event-log/chat-event';
import type { ApprovalRow, DatabaseRows, MessageRow, TurnRow } from './entries';
import type { Row, StoredRows } from './stored-rows';

/** Events of one chat, in the order of their numbers. */
export async function readEvents({ all }: StoredRows, chatId: string): Promise<ChatEvent[]> {
  return (await all('SELECT * FROM events WHERE chat_id = $1 ORDER BY seq', [chatId])).map(toEvent);
}

/** All that the checker needs. */
export async function readDatabase(rows: StoredRows): Promise<DatabaseRows> {
  const { all } = rows;
  return {
    integrity: await rows.integrity(),
    turns: (await all('SELECT id, chat_id, status, error_code FROM turns ORDER BY id')).map(toTurn),
    messages: (await all('SELECT * FROM messages ORDER BY id')).map(toMessage),
    events: (await all('SELECT * FROM events ORDER BY chat_id, seq')).map(toEvent),
    approvals: (await all('SELECT * FROM approvals ORDER BY id')).map(toApproval),
    chatsIn: await chatsIn(rows),
  };
}

/** A chat that is deleted and of which something is left. */
export const leftOvers = async ({ all }: StoredRows): Promise<string[]> =>
  (await all('SELECT chat_id AS id FROM removed_chats')).map(({ id }) => text(id));

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
async function chatsIn({ all, columns }: StoredRows): Promise<Record<string, string[]>> {
  const ofChats = (await columns()).filter(
    ({ name, column }) => column === 'chat_id' || (name === 'chat_sessions' && column === 'id'),
  );
  const found: Record<string, string[]> = {};
  for (const { name, column } of ofChats.filter((each) => !KEPT_TABLES.includes(text(each.name)))) {
    const ids = await all(`SELECT DISTINCT ${text(column)} AS id FROM ${text(name)}`);
    found[text(name)] = ids.map(({ id }) => text(id));
  }
  return found;
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
