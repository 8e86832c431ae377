import type { ClientEntry, DatabaseRows, Evidence, MessageRow } from '../evidence/entries';
import { tokensIn } from '../evidence/token';
import { ofKind } from './of-kind';
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
    ...checkSenders(ofKind(clients, 'sent'), asked),
    ...checkTurnsAsked(database, asked),
    ...checkOrder(ofKind(clients, 'sent'), database),
  ];
}

/** A client sends its next message when the one before is accepted. */
function checkOrder(sent: readonly Sent[], { messages, events }: DatabaseRows): Violation[] {
  const asked = messages.filter(({ role }) => role === 'user');
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

function checkUnique(asked: readonly MessageRow[]): Violation[] {
  const keysOf: ((row: MessageRow) => string)[] = [
    ({ chatId, clientMessageId }) => `clientMessageId ${chatId}/${clientMessageId}`,
    ({ text }) => `token ${tokensIn(text).join()}`,
    ({ turnId }) => `turn ${turnId}`,
  ];
  return keysOf.flatMap((keyOf) =>
    [...Map.groupBy(asked, keyOf)].flatMap(([key, rows]) =>
      rows.length > 1 ? [violation('second_turn', `${key}: ${rows.map(({ turnId }) => turnId).join(', ')}`)] : [],
    ),
  );
}

function checkSenders(sent: readonly Sent[], asked: readonly MessageRow[]): Violation[] {
  const contents = new Map<string | null, string>(
    sent.map(({ clientMessageId, content }) => [clientMessageId, content]),
  );
  return asked.flatMap(({ id, chatId, clientMessageId, text }) => {
    const content = contents.get(clientMessageId);
    if (content === text) return [];
    const where = `message ${id} of chat ${chatId}`;
    return content === undefined
      ? [violation('message_unknown', where)]
      : [violation('message_changed', `${where}: "${content}" is stored as "${text}"`)];
  });
}

function checkTurnsAsked({ turns }: DatabaseRows, asked: readonly MessageRow[]): Violation[] {
  const answering = new Set(asked.map(({ chatId, turnId }) => `${chatId}/${turnId}`));
  const strange = turns.filter(({ id, chatId }) => !answering.has(`${chatId}/${id}`));
  return strange.map(({ id, chatId }) => violation('turn_unknown', `turn ${id} of chat ${chatId}`));
}
