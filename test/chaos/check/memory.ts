import type { DatabaseRows, Evidence, MessageRow, ModelEntry, ToldMessage, TurnRow } from '../evidence/entries';
import { digestOfText } from '../evidence/told';
import { tokensIn } from '../evidence/token';
import { ofKind } from './of-kind';
import { saidIn, unansweredSteers } from './said';
import { Violation, violation } from './violation';

/** The answer to each message, by its token. */
type Answers = ReadonlyMap<string, string>;
type Asked = Extract<ModelEntry, { kind: 'asked' }>;

/** With each message the model is told all that was said in the chat before, once, in order, and nothing else. */
export function checkMemory({ clients, model, database, untold }: Evidence): Violation[] {
  const turns = Map.groupBy(database.turns, ({ chatId }) => chatId);
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
    const before = (turns.get(chatId) ?? []).filter(({ id }) => id < turnId);
    const earlier = known.filter((row) => row.turnId < turnId).sort(byTurn);
    const ofCut = tokensOf(known.filter((row) => row.turnId === turnId || cut.has(row.turnId)));
    // What codex has refused it may know all the same; then it is told again.
    const repeats = untold.includes(chatId) ? [] : checkRepeats(run, known, before);
    return [...checkTold(run, earlier, answers), ...repeats, ...checkStrange(run, known, [...ofCut, ...unanswered])];
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

function turnsByToken({ messages }: DatabaseRows): Map<string, string> {
  const asked = messages.filter(({ role }) => role === 'user');
  return new Map(asked.flatMap(({ text, turnId }) => tokensIn(text).map((token) => [token, turnId])));
}

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

/** A death leaves open what codex has kept of what it was told last: it is told again then. */
const DEATHS = ['instance_lost', 'turn_idle_timeout', 'service_restarted'];

/** Answers that were begun more than once are told as often. */
function checkRepeats(
  { token, request, told }: Asked,
  known: readonly MessageRow[],
  turns: readonly TurnRow[],
): Violation[] {
  const kindOf = (role: string, tokens: readonly string[]): string => `${role} ${tokens.join()}`;
  const said = Map.groupBy(known, ({ role, text }) => kindOf(role, tokensIn(text)));
  const heard = Map.groupBy(told, ({ role, tokens }) => kindOf(role, tokens));
  return [...said].flatMap(([what, rows]) => {
    const times = heard.get(what)?.length ?? 0;
    const deaths = turns.filter(
      ({ id, errorCode }) => id >= (rows[0]?.turnId ?? '') && DEATHS.includes(errorCode ?? ''),
    );
    if (times <= rows.length + deaths.length) return [];
    return [violation('memory_repeated', `${what} ${times} times when ${token} was asked (${request})`)];
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
