import type { Evidence, MessageRow, ModelEntry, ToldMessage } from '../evidence/entries';
import { digestOfText } from '../evidence/told';
import { tokensIn } from '../evidence/token';
import { checkRepeats, turnsByToken } from './memory-repeats';
import { ofKind } from './of-kind';
import { saidIn, unansweredSteers } from './said';
import { Violation, violation } from './violation';

/** The answer to each message, by its token. */
type Answers = ReadonlyMap<string, string>;
type Asked = Extract<ModelEntry, { kind: 'asked' }>;

/** With each message the model is told all that was said in the chat before, once, in order, and nothing else. */
export function checkMemory(evidence: Evidence): Violation[] {
  return [...checkHistories(evidence), ...checkRepeats(evidence)];
}

function checkHistories({ clients, model, database, untold }: Evidence): Violation[] {
  const said = saidIn(clients);
  const turnOf = turnsByToken(database);
  const answers = new Map(
    ofKind(model, 'asked').flatMap(({ token, answer }) => (answer === '' ? [] : [[token, answer]])),
  );
  const cut = new Set(database.turns.flatMap(({ id, status }) => (status === 'completed' ? [] : [id])));
  const unanswered = unansweredSteers(clients);
  const history = Map.groupBy(database.messages, ({ chatId }) => chatId);
  return ofKind(model, 'asked').flatMap((run) => {
    const [chatId, turnId] = [said.get(run.token)?.chatId ?? '', turnOf.get(run.token)];
    if (turnId === undefined) return [];
    const known = (history.get(chatId) ?? []).filter((row) => row.turnId <= turnId && row.text !== '');
    const earlier = known.filter((row) => row.turnId < turnId).sort(byTurn);
    const ofCut = tokensOf(known.filter((row) => row.turnId === turnId || cut.has(row.turnId)));
    // What codex has refused to be told is offered again before the next turn; this one runs without it.
    const lost = untold.includes(chatId) ? [] : checkTold(run, earlier, answers);
    return [...lost, ...checkStrange(run, known, [...ofCut, ...unanswered])];
  });
}

const tokensOf = (rows: readonly MessageRow[]): Set<string> => new Set(rows.flatMap(({ text }) => tokensIn(text)));

const keyOf = (role: string, digest: string): string => `${role} ${digest}`;
const keyOfTold = ({ role, digest }: ToldMessage): string => keyOf(role, digest);

/** How a message may be told: as it is shown; of an answer that was cut off the model may know more. */
function keysOf({ role, status, text }: MessageRow, answers: Answers): string[] {
  const answer = answers.get(tokensIn(text)[0] ?? '') ?? '';
  const isCut = role === 'assistant' && status === 'partial' && answer.startsWith(text);
  const more = isCut ? [...answer.slice(text.length).matchAll(/ tk|$/g)] : [];
  const texts = [text, ...more.map(({ index }) => answer.slice(0, text.length + index + 1))];
  return [...new Set(texts.map((each) => keyOf(role, digestOfText(each))))];
}

const byTurn = (one: MessageRow, other: MessageRow): number =>
  one.turnId < other.turnId ? -1 : Number(one.turnId > other.turnId);

function checkTold({ token, request, told }: Asked, earlier: readonly MessageRow[], answers: Answers): Violation[] {
  const places = Map.groupBy(told.keys(), (index) => keyOfTold(told[index]!));
  let last = -1;
  let lastTurn = '';
  return earlier.flatMap((row) => {
    const at = keysOf(row, answers).flatMap((key) => places.get(key) ?? []);
    const where = `${row.role} message ${row.id} (${row.status}) when ${token} was asked (${request})`;
    if (at.length === 0) return [violation('memory_lost', where)];
    const [place = 0] = at;
    // Within a turn, what was added to it stands where the model heard of it.
    const isBehind = row.turnId !== lastTurn && place < last;
    lastTurn = row.turnId;
    last = Math.max(last, place);
    return isBehind ? [violation('memory_order', where)] : [];
  });
}

/** Of a turn that was cut off the model may know more than was shown of it, as of the one that runs. */
function checkStrange(
  { token, request, told }: Asked,
  known: readonly MessageRow[],
  open: readonly string[],
): Violation[] {
  const keys = new Set(known.map(({ role, text }) => keyOf(role, digestOfText(text))));
  const strange = told.filter(
    (message) => !keys.has(keyOfTold(message)) && !message.tokens.some((each) => open.includes(each)),
  );
  return strange.map(({ role, tokens }) =>
    violation('memory_invented', `of ${role} with ${tokens.join()} when ${token} was asked (${request})`),
  );
}
