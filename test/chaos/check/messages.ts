import type { ClientEntry, DatabaseRows, Evidence, MessageRow } from '../evidence/entries';
import { tokensIn } from '../evidence/token';
import { groupBy, ofKind } from './grouping';
import { Violation, violation } from './violation';

type Accepted = Extract<ClientEntry, { kind: 'accepted' }>;

/** Every accepted message is stored, once, with one turn. */
export function checkMessages({ clients, database }: Evidence): Violation[] {
  const asked = database.messages.filter(({ role }) => role === 'user');
  return [
    ...ofKind(clients, 'accepted').flatMap((entry) => checkAcceptance(entry, database, asked)),
    ...checkRepeats(ofKind(clients, 'accepted')),
    ...checkUnique(asked),
    ...checkSenders(ofKind(clients, 'sent'), asked),
  ];
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
  const answers = groupBy(accepted, ({ chatId, clientMessageId }) => `${chatId}/${clientMessageId}`);
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
    [...groupBy(asked, keyOf)].flatMap(([key, rows]) =>
      rows.length > 1 ? [violation('second_turn', `${key}: ${rows.map(({ turnId }) => turnId).join(', ')}`)] : [],
    ),
  );
}

function checkSenders(sent: readonly { clientMessageId: string }[], asked: readonly MessageRow[]): Violation[] {
  const known = new Set<string | null>(sent.map(({ clientMessageId }) => clientMessageId));
  const strange = asked.filter(({ clientMessageId }) => !known.has(clientMessageId));
  return strange.map(({ id, chatId }) => violation('message_unknown', `message ${id} of chat ${chatId}`));
}
