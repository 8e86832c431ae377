import type { Evidence } from '../evidence/entries';
import { ofKind } from './of-kind';
import { sentIn } from './sent';
import { Violation, violation } from './violation';

/** A word that was added to a running turn is kept once, in that turn, and the model hears of it. */
export function checkSteers({ clients, model, database }: Evidence): Violation[] {
  const said = sentIn(clients);
  const prompted = new Set(ofKind(model, 'asked').flatMap((run) => run.prompt.flatMap(({ tokens }) => tokens)));
  const taken = ofKind(clients, 'steered').flatMap(({ token, messageId, turnId, chatId }) => {
    const row = database.messages.find(({ id }) => id === messageId);
    const where = `${token}, added to turn ${turnId} of chat ${chatId} as message ${messageId}`;
    if (row === undefined) return [violation('message_lost', where)];
    if (row.turnId !== turnId || row.text !== said.get(token)?.content) return [violation('message_changed', where)];
    const turn = database.turns.find(({ id }) => id === turnId);
    return turn?.status === 'completed' && !prompted.has(token) ? [violation('steer_not_sent', where)] : [];
  });
  const refused = ofKind(clients, 'steer_refused').flatMap(({ token, chatId }) =>
    prompted.has(token) || database.messages.some(({ role, text }) => role === 'user' && text.includes(token))
      ? [violation('steer_kept', `${token} was refused in chat ${chatId}`)]
      : [],
  );
  return [...taken, ...refused];
}
