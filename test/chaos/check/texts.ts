import type { ClientEntry, Evidence, MessageRow } from '../evidence/entries';
import { tokensIn } from '../evidence/token';
import { ofKind } from './of-kind';
import { unansweredSteers } from './sent';
import { Violation, violation } from './violation';

/** What clients received is kept, and what was completed is what the model said. */
export function checkTexts(evidence: Evidence): Violation[] {
  const { clients, database } = evidence;
  return [
    ...checkReceived(ofKind(clients, 'event'), database.messages),
    ...checkAnswers(evidence, answersByToken(evidence)),
  ];
}

type SeenEvent = Extract<ClientEntry, { kind: 'event' }>;

function checkReceived(seen: readonly SeenEvent[], messages: readonly MessageRow[]): Violation[] {
  const received = new Map<string, string>();
  for (const { reader, event } of seen) {
    if (event.type !== 'message.delta') continue;
    const key = `${event.data.messageId} ${reader}`;
    received.set(key, (received.get(key) ?? '') + event.data.delta);
  }
  const stored = new Map(messages.map(({ id, text }) => [id, text]));
  return [...received].flatMap(([key, text]) => {
    const [messageId = '', reader] = key.split(' ');
    if (stored.get(messageId)?.startsWith(text)) return [];
    return [violation('received_text_lost', `message ${messageId} as seen by ${reader}: "${text.slice(-60)}"`)];
  });
}

function answersByToken({ model }: Evidence): Map<string, string> {
  const answers = ofKind(model, 'asked').filter(({ answer }) => answer !== '');
  return new Map(answers.map(({ token, answer }) => [token, answer]));
}

/** The message of each turn that the model was last asked for, and has answered to its end. */
function lastFinished({ model, database }: Evidence): ReadonlyMap<string, string> {
  const finished = new Set(ofKind(model, 'ended').flatMap(({ request, how }) => (how === 'finished' ? [request] : [])));
  const turnOf = new Map(
    database.messages.flatMap(({ text, turnId }) => tokensIn(text).map((token) => [token, turnId])),
  );
  const runs = ofKind(model, 'asked').filter(({ request }) => finished.has(request));
  return new Map(runs.map(({ token }) => [turnOf.get(token) ?? '', token]));
}

/** A completed turn ends with the whole of the last answer; what was added to the turn has cut off those before it. */
function checkAnswers(evidence: Evidence, answers: ReadonlyMap<string, string>): Violation[] {
  const { turns, messages } = evidence.database;
  const [last, unanswered] = [lastFinished(evidence), unansweredSteers(evidence.clients)];
  const byTurn = Map.groupBy(messages, ({ turnId }) => turnId);
  return turns.flatMap(({ id, status }) => {
    const ofTurn = byTurn.get(id) ?? [];
    const asked = [...ofTurn.flatMap(({ role, text }) => (role === 'user' ? tokensIn(text) : [])), ...unanswered];
    const said = ofTurn.filter(({ role }) => role === 'assistant');
    const invented = said.filter(({ text }) => !asked.some((token) => answers.get(token)?.startsWith(text)));
    const found = invented.map((row) => violation('text_invented', `message ${row.id}: "${row.text.slice(-60)}"`));
    const answer = answers.get(last.get(id) ?? '');
    const whole = said.filter((row) => row.status === 'final' && row.text === answer);
    if (status === 'completed' && whole.length !== 1) {
      found.push(violation('answer_differs', `turn ${id}: "${said.at(-1)?.text.slice(-60)}" (${said.at(-1)?.status})`));
    }
    return found;
  });
}
