import type { ClientEntry, DatabaseRows, Evidence } from '../evidence/entries';
import { ofKind } from './of-kind';
import { sentIn } from './sent';
import { timeOf } from './times';
import { Violation, violation } from './violation';

/** What was on its way to the model when the service said that the chat is gone. */
const GRACE_MS = 1_000;

/** Of a chat that its user has deleted nothing is left, and nothing goes on. */
export function checkDeletions(evidence: Evidence): Violation[] {
  return [...checkRemains(evidence), ...checkRunsOfDeleted(evidence)];
}

function checkRemains({ clients, database, disk }: Evidence): Violation[] {
  const said = sentIn(clients);
  return ofKind(clients, 'deleted').flatMap(({ chatId }) => {
    const tables = Object.entries(database.chatsIn).filter(([, chats]) => chats.includes(chatId));
    const threads = disk.threads.filter(({ tokens }) => tokens.some((token) => said.get(token)?.chatId === chatId));
    const places = [
      ...tables.map(([table]) => `the table ${table}`),
      ...(disk.folders.includes(chatId) ? ['its folder'] : []),
      ...threads.map(({ file }) => file),
    ];
    return places.map((place) => violation('deleted_left', `chat ${chatId}: ${place}`));
  });
}

function checkRunsOfDeleted({ clients, model }: Evidence): Violation[] {
  const said = sentIn(clients);
  const deletedAt = new Map(ofKind(clients, 'deleted').map((entry) => [entry.chatId, timeOf(entry)]));
  return ofKind(model, 'asked').flatMap((run) => {
    const chatId = said.get(run.token)?.chatId ?? '';
    const lateMs = timeOf(run) - (deletedAt.get(chatId) ?? Infinity);
    return lateMs > GRACE_MS ? [violation('ran_deleted', `${run.token} of chat ${chatId}, ${lateMs} ms later`)] : [];
  });
}

/** The evidence of the chats that nobody has tried to delete. */
export function ofLivingChats({ clients, model, database, ...others }: Evidence): Evidence {
  const gone = new Set(ofKind(clients, 'deleting').map(({ chatId }) => chatId));
  const said = sentIn(clients);
  const lives = ({ chatId }: { readonly chatId: string }): boolean => !gone.has(chatId);
  const asked = ofKind(model, 'asked').filter(({ token }) => !gone.has(said.get(token)?.chatId ?? ''));
  const requests = new Set(asked.map(({ request }) => request));
  return {
    ...others,
    clients: clients.filter((entry) => !isOfChat(entry) || lives(entry)),
    model: model.filter(({ request }) => requests.has(request)),
    database: rowsOf(database, lives),
  };
}

const isOfChat = (entry: ClientEntry): entry is Extract<ClientEntry, { chatId: string }> => 'chatId' in entry;

const rowsOf = (rows: DatabaseRows, lives: (row: { readonly chatId: string }) => boolean): DatabaseRows => ({
  ...rows,
  turns: rows.turns.filter(lives),
  messages: rows.messages.filter(lives),
  events: rows.events.filter(lives),
  approvals: rows.approvals.filter(lives),
});
