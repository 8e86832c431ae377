import type { Evidence, ModelRunEnd } from '../evidence/entries';
import { tokensIn } from '../evidence/token';
import { ofKind } from './of-kind';
import { Violation, violation } from './violation';

/**
 * The model works once for each message, as it was sent, unless it was the model that broke off; and it is told of no
 * other chat.
 */
export function checkModelRuns(evidence: Evidence): Violation[] {
  return [...checkRuns(evidence), ...checkPrompts(evidence)];
}

function checkPrompts({ clients, model }: Evidence): Violation[] {
  const sent = new Map(ofKind(clients, 'sent').map((entry) => [entry.token, entry]));
  return ofKind(model, 'asked').flatMap(({ token, content, told }) => {
    const message = sent.get(token);
    const foreign = told.filter((other) => sent.get(other)?.chatId !== message?.chatId);
    const found = foreign.map((other) => violation('foreign_prompt', `${token} was asked with ${other} before it`));
    if (message !== undefined && message.content !== content) {
      found.push(violation('message_changed', `"${message.content}" was put to the model as "${content}"`));
    }
    return found;
  });
}

function checkRuns({ model, database }: Evidence): Violation[] {
  const ends = new Map(ofKind(model, 'ended').map(({ request, how }) => [request, how]));
  const runs = Map.groupBy(ofKind(model, 'asked'), ({ token }) => token);
  const turnOf = new Map<string, string>();
  for (const { role, text, turnId } of database.messages) {
    if (role === 'user') for (const token of tokensIn(text)) turnOf.set(token, turnId);
  }
  const found: Violation[] = [];
  const finished = new Set<string | undefined>();
  for (const [token, requests] of runs) {
    const how = requests.map(({ request }) => ends.get(request));
    if (!turnOf.has(token)) found.push(violation('ran_unstored', token));
    if (ranAgain(how)) found.push(violation('ran_twice', `${token}: ${how.map(String).join(', ')}`));
    if (how.includes('finished')) finished.add(turnOf.get(token));
  }
  const unasked = database.turns.filter(({ id, status }) => status === 'completed' && !finished.has(id));
  return [...found, ...unasked.map(({ id }) => violation('completed_without_run', `turn ${id}`))];
}

/** A run that the model itself broke off is tried again by codex, and no other. */
const ranAgain = (how: readonly (ModelRunEnd | undefined)[]): boolean => how.slice(0, -1).some((end) => end !== 'cut');
