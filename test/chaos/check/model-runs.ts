import type { Evidence, ModelRunEnd } from '../evidence/entries';
import { tokensIn } from '../evidence/token';
import { ofKind } from './of-kind';
import { Violation, violation } from './violation';

/** The model works once for each message, unless it was the model that broke off. */
export function checkModelRuns({ model, database }: Evidence): Violation[] {
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
