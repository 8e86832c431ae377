import type { Evidence, MessageRow, ModelEntry, PromptMessage } from '../evidence/entries';
import { digestOfText } from '../evidence/prompt';
import { tokensIn } from '../evidence/token';
import { checkRepeats, turnsByToken } from './memory-repeats';
import { ofKind } from './of-kind';
import { sentIn, unansweredSteers } from './sent';
import { Violation, violation } from './violation';

/** The answer to each message, by its token. */
type Answers = ReadonlyMap<string, string>;
type Asked = Extract<ModelEntry, { kind: 'asked' }>;

/** The prompt of each message holds all earlier messages of the chat, once, in order, and nothing else. */
export function checkMemory(evidence: Evidence): Violation[] {
  return [...checkHistories(evidence), ...checkRepeats(evidence)];
}

function checkHistories({ clients, model, database, unrestored }: Evidence): Violation[] {
  const said = sentIn(clients);
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
    // What a repeated attempt has superseded is nobody's answer any more.
    const earlier = known.filter((row) => row.turnId < turnId && row.status !== 'superseded').sort(byTurn);
    const ofCut = tokensOf(known.filter((row) => row.turnId === turnId || cut.has(row.turnId)));
    // A history that codex has refused is sent again before the next turn; this one runs without it.
    const lost = unrestored.includes(chatId) ? [] : checkPrompt(run, earlier, answers);
    return [...lost, ...checkStrange(run, known, [...ofCut, ...unanswered])];
  });
}

const tokensOf = (rows: readonly MessageRow[]): Set<string> => new Set(rows.flatMap(({ text }) => tokensIn(text)));

const keyOf = (role: string, digest: string): string => `${role} ${digest}`;
const keyOfPrompt = ({ role, digest }: PromptMessage): string => keyOf(role, digest);

/** How a message may stand in a prompt: as it is published; of an answer that was cut off the model may know more. */
function keysOf({ role, status, text }: MessageRow, answers: Answers): string[] {
  const answer = answers.get(tokensIn(text)[0] ?? '') ?? '';
  const isCut = role === 'assistant' && status === 'partial' && answer.startsWith(text);
  const more = isCut ? [...answer.slice(text.length).matchAll(/ tk|$/g)] : [];
  const texts = [text, ...more.map(({ index }) => answer.slice(0, text.length + index + 1))];
  return [...new Set(texts.map((each) => keyOf(role, digestOfText(each))))];
}

const byTurn = (one: MessageRow, other: MessageRow): number =>
  one.turnId < other.turnId ? -1 : Number(one.turnId > other.turnId);

function checkPrompt({ token, request, prompt }: Asked, earlier: readonly MessageRow[], answers: Answers): Violation[] {
  const places = Map.groupBy(prompt.keys(), (index) => keyOfPrompt(prompt[index]!));
  let last = -1;
  let lastTurn = '';
  return earlier.flatMap((row) => {
    const at = keysOf(row, answers).flatMap((key) => places.get(key) ?? []);
    const where = `${row.role} message ${row.id} (${row.status}) when ${token} was asked (${request})`;
    if (at.length === 0) return [violation('memory_lost', where)];
    const [place = 0] = at;
    // Within a turn, what was added to it stands where the model received it.
    const isBehind = row.turnId !== lastTurn && place < last;
    lastTurn = row.turnId;
    last = Math.max(last, place);
    return isBehind ? [violation('memory_order', where)] : [];
  });
}

/** Of a turn that was cut off the model may know more than was published of it, as of the one that runs. */
function checkStrange(
  { token, request, prompt }: Asked,
  known: readonly MessageRow[],
  open: readonly string[],
): Violation[] {
  const keys = new Set(known.map(({ role, text }) => keyOf(role, digestOfText(text))));
  const strange = prompt.filter(
    (message) => !keys.has(keyOfPrompt(message)) && !message.tokens.some((each) => open.includes(each)),
  );
  return strange.map(({ role, tokens }) =>
    violation('memory_invented', `of ${role} with ${tokens.join()} when ${token} was asked (${request})`),
  );
}
