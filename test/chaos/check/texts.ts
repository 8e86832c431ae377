import type { ClientEntry, DatabaseRows, Evidence, MessageRow } from '../evidence/entries';
import { tokensIn } from '../evidence/token';
import { ofKind } from './of-kind';
import { Violation, violation } from './violation';

/** What was shown is kept, what was completed is what the model said, and nobody saw anything of others. */
export function checkTexts(evidence: Evidence): Violation[] {
  const { clients, database } = evidence;
  return [
    ...checkShown(ofKind(clients, 'event'), database.messages),
    ...checkAnswers(database, answersByToken(evidence)),
    ...checkForeign(clients),
  ];
}

type SeenEvent = Extract<ClientEntry, { kind: 'event' }>;

function checkShown(seen: readonly SeenEvent[], messages: readonly MessageRow[]): Violation[] {
  const shown = new Map<string, string>();
  for (const { reader, event } of seen) {
    if (event.type !== 'message.delta') continue;
    const key = `${event.data.messageId} ${reader}`;
    shown.set(key, (shown.get(key) ?? '') + event.data.delta);
  }
  const stored = new Map(messages.map(({ id, text }) => [id, text]));
  return [...shown].flatMap(([key, text]) => {
    const [messageId = '', reader] = key.split(' ');
    if (stored.get(messageId)?.startsWith(text)) return [];
    return [violation('shown_text_lost', `message ${messageId} as seen by ${reader}: "${text.slice(-60)}"`)];
  });
}

function answersByToken({ model }: Evidence): Map<string, string> {
  return new Map(ofKind(model, 'asked').map(({ token, answer }) => [token, answer]));
}

function checkAnswers({ turns, messages }: DatabaseRows, answers: ReadonlyMap<string, string>): Violation[] {
  const byTurn = Map.groupBy(messages, ({ turnId }) => turnId);
  return turns.flatMap(({ id, status }) => {
    const ofTurn = byTurn.get(id) ?? [];
    const [token = ''] = ofTurn.flatMap(({ role, text }) => (role === 'user' ? tokensIn(text) : []));
    const answer = answers.get(token) ?? '';
    const said = ofTurn.filter(({ role }) => role === 'assistant');
    const invented = said.filter(({ text }) => !answer.startsWith(text));
    const found = invented.map((row) => violation('text_invented', `message ${row.id}: "${row.text.slice(-60)}"`));
    const last = said.at(-1);
    if (status === 'completed' && (last?.text !== answer || last.status !== 'final')) {
      found.push(violation('answer_differs', `turn ${id}: "${last?.text.slice(-60)}" (${last?.status})`));
    }
    return found;
  });
}

function checkForeign(clients: readonly ClientEntry[]): Violation[] {
  const chatOf = new Map(ofKind(clients, 'sent').map(({ token, chatId }) => [token, chatId]));
  return ofKind(clients, 'event').flatMap(({ reader, chatId, event }) => {
    const foreign = tokensIn(JSON.stringify(event)).filter((token) => chatOf.get(token) !== chatId);
    return foreign.map((token) => violation('foreign_text', `${reader} saw ${token} in ${event.seq} ${event.type}`));
  });
}
