import type { ClientEntry, DatabaseRows, Evidence, MessageRow } from '../evidence/entries';
import { tokensIn } from '../evidence/token';
import { ofKind } from './of-kind';
import { sentIn } from './sent';
import { Violation, violation } from './violation';

type Sent = Extract<ClientEntry, { kind: 'sent' }>;
type Accepted = Extract<ClientEntry, { kind: 'accepted' }>;

/** Every accepted message is stored as it was sent, once, with one turn, in the order of its chat. */
export function checkMessages({ clients, database }: Evidence): Violation[] {
  const asked = database.messages.filter(({ role }) => role === 'user');
  return [
    ...ofKind(clients, 'accepted').flatMap((entry) => checkAcceptance(entry, database, asked)),
    ...checkRepeats(ofKind(clients, 'accepted')),
    ...checkUnique(asked),
    ...checkSenders(clients, asked),
    ...checkTurnsAsked(database, asked),
    ...checkOrder(ofKind(clients, 'sent'), database),
  ];
}

/** A client sends its next message when the one before is accepted. */
function checkOrder(sent: readonly Sent[], { messages, events }: DatabaseRows): Violation[] {
  const asked = messages.filter(({ role, clientMessageId }) => role === 'user' && clientMessageId !== null);
  const turnOf = new Map(asked.map(({ clientMessageId, turnId }) => [clientMessageId, turnId]));
  const stored = Map.groupBy(asked, ({ chatId }) => chatId);
  const ended = Map.groupBy(
    events.filter(({ type }) => type === 'turn.completed'),
    ({ chatId }) => chatId,
  );
  return [...Map.groupBy(sent, ({ chatId }) => chatId)].flatMap(([chatId, entries]) => {
    const turns = entries.flatMap(({ clientMessageId }) => turnOf.get(clientMessageId) ?? []).join(' ');
    const orders = [stored.get(chatId), ended.get(chatId)].map((rows = []) =>
      rows.map(({ turnId }) => turnId).join(' '),
    );
    return orders.every((order) => order === turns) ? [] : [violation('order_changed', `chat ${chatId}`)];
  });
}

function checkAcceptance(accepted: Accepted, { turns }: DatabaseRows, asked: readonly MessageRow[]): Violation[] {
  const { chatId, messageId, turnId, clientMessageId } = accepted;
  const row = asked.find(({ id }) => id === messageId);
  const where = `message ${messageId} of chat ${chatId}`;
  if (row === undefined) return [violation('message_lost', `${where} was accepted and is not stored`)];
  if (!turns.some(({ id }) => id === turnId)) return [violation('message_lost', `${where} has no turn ${turnId}`)];
  if (row.turnId !== turnId || row.clientMessageId !== clientMessageId || row.chatId !== chatId) {
    return [violation('acceptance_changed', `${where} is stored as ${JSON.stringify({ ...row, text: '' })}`)];
  }
  return [];
}

function checkRepeats(accepted: readonly Accepted[]): Violation[] {
  const answers = Map.groupBy(accepted, ({ chatId, clientMessageId }) => `${chatId}/${clientMessageId}`);
  return [...answers].flatMap(([message, entries]) => {
    const turns = new Set(entries.map(({ messageId, turnId }) => `${messageId}/${turnId}`));
    return turns.size > 1
      ? [violation('acceptance_changed', `${message} was answered ${[...turns].join(' and ')}`)]
      : [];
  });
}

/** What was added to a running turn has no id of its client's, and shares the turn. */
function checkUnique(asked: readonly MessageRow[]): Violation[] {
  const sent = asked.filter(({ clientMessageId }) => clientMessageId !== null);
  const keysOf: [readonly MessageRow[], (row: MessageRow) => string][] = [
    [sent, ({ chatId, clientMessageId }) => `clientMessageId ${chatId}/${clientMessageId}`],
    [sent, ({ turnId }) => `turn ${turnId}`],
    [asked, ({ text }) => `token ${tokensIn(text).join()}`],
  ];
  return keysOf.flatMap(([rows, keyOf]) =>
    [...Map.groupBy(rows, keyOf)].flatMap(([key, same]) =>
      same.length > 1 ? [violation('second_turn', `${key}: ${same.map(({ turnId }) => turnId).join(', ')}`)] : [],
    ),
  );
}

function checkSenders(clients: readonly ClientEntry[], asked: readonly MessageRow[]): Violation[] {
  const said = sentIn(clients);
  return asked.flatMap(({ id, chatId, clientMessageId, text }) => {
    const source = tokensIn(text).flatMap((token) => said.get(token) ?? [])[0];
    const where = `message ${id} of chat ${chatId}`;
    const isSame = source?.kind === 'sent' ? source.clientMessageId === clientMessageId : clientMessageId === null;
    if (source?.chatId !== chatId || !isSame) return [violation('message_unknown', where)];
    if (source.content === text) return [];
    return [violation('message_changed', `${where}: "${source.content}" is stored as "${text}"`)];
  });
}

function checkTurnsAsked({ turns }: DatabaseRows, asked: readonly MessageRow[]): Violation[] {
  const answering = new Set(asked.map(({ chatId, turnId }) => `${chatId}/${turnId}`));
  const strange = turns.filter(({ id, chatId }) => !answering.has(`${chatId}/${id}`));
  return strange.map(({ id, chatId }) => violation('turn_unknown', `turn ${id} of chat ${chatId}`));
}
