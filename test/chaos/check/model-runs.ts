import type { Evidence, ModelRunEnd } from '../evidence/entries';
import { tokensIn } from '../evidence/token';
import { ofKind } from './of-kind';
import { sentIn, unansweredSteers } from './sent';
import { Violation, violation } from './violation';

/** The model works once for each message, as it was sent, unless it was the model that broke off. */
export function checkModelRuns(evidence: Evidence): Violation[] {
  return [...checkRuns(evidence), ...checkContents(evidence)];
}

function checkContents({ clients, model }: Evidence): Violation[] {
  const said = sentIn(clients);
  return ofKind(model, 'asked').flatMap(({ token, content }) => {
    const message = said.get(token);
    if (message === undefined || message.content === content) return [];
    return [violation('message_changed', `"${message.content}" was put to the model as "${content}"`)];
  });
}

function checkRuns({ clients, model, database }: Evidence): Violation[] {
  const ends = new Map(ofKind(model, 'ended').map(({ request, how }) => [request, how]));
  const runs = Map.groupBy(ofKind(model, 'asked'), ({ token, round }) => `${token} ${round}`);
  const asked = new Set(database.messages.flatMap(({ role, text }) => (role === 'user' ? tokensIn(text) : [])));
  // Of what was added to a turn without an answer to that, the turn may have but the agent's words.
  const turnOf = new Map(
    database.messages.flatMap(({ text, turnId }) => tokensIn(text).map((token) => [token, turnId])),
  );
  const unanswered = unansweredSteers(clients);
  const found: Violation[] = [];
  const finished = new Set<string | undefined>();
  for (const [run, requests] of runs) {
    const [token = ''] = run.split(' ');
    const how = requests.map(({ request }) => ends.get(request));
    if (!asked.has(token) && !unanswered.has(token)) found.push(violation('ran_unstored', token));
    if (ranAgain(how)) found.push(violation('ran_twice', `${token}: ${how.map(String).join(', ')}`));
    if (how.includes('finished')) finished.add(turnOf.get(token));
  }
  const unasked = database.turns.filter(({ id, status }) => status === 'completed' && !finished.has(id));
  return [...found, ...unasked.map(({ id }) => violation('completed_without_run', `turn ${id}`))];
}

/** A run that the model itself broke off is tried again by codex, and no other. */
const ranAgain = (how: readonly (ModelRunEnd | undefined)[]): boolean => how.slice(0, -1).some((end) => end !== 'cut');
