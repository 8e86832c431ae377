import { Dialect } from '../providers/translation/dialect';
import { parseJson } from '../wire/json';
import { JsonSpan } from '../wire/json-spans';

/**
 * Whether the messages of a long request may have to be changed for a provider: a search for bytes, since reading 300 KB
 * takes longer than everything else that the gateway does with them. It may be wrong in one direction: what is looked at
 * for nothing is left as it is.
 */
export function mayNeedFitting(bytes: Buffer, spans: readonly JsonSpan[], dialect: Dialect): boolean {
  const span = spans.findLast(({ key }) => key === 'messages');
  if (span === undefined) return false;
  const messages = bytes.subarray(span.start, span.end);
  if (dialect.thoughtsBesideCalls && spans.some(({ key }) => key === 'reasoning_effort' || key === 'thinking'))
    return true;
  const ids = textsBehind(messages, '"tool_call_id"');
  if (new Set(ids).size < ids.length || ids.some((id) => !dialect.callIds.pattern.test(id))) return true;
  return dialect.rolesAlternate && !inTurns(textsBehind(messages, '"role"'), dialect);
}

function inTurns(roles: readonly string[], dialect: Dialect): boolean {
  const spoken = roles[0] === 'system' ? roles.slice(1) : roles;
  if (spoken[0] !== 'user') return false;
  return spoken.every((role, at) => {
    const before = spoken[at - 1];
    if (role === 'tool') return true;
    if (role === before || (role !== 'user' && role !== 'assistant')) return false;
    return role === 'assistant' || before !== 'tool' || dialect.userAfterTool;
  });
}

const [QUOTE, COLON] = [0x22, 0x3a];
const WHITE_SPACE = new Set([0x20, 0x0a, 0x0d, 0x09]);

/** Bytes of a data URL that say its type, and of the picture as many as tell that. */
const BEGINNING_BYTES = 200;

/** The beginnings of the pictures that messages hold as data URLs. */
export const pictureBeginnings = (messages: Buffer): string[] =>
  textsBehind(messages, '"url"', BEGINNING_BYTES).flatMap((text) => {
    // Some clients escape slashes and plus signs; the last escape may be cut.
    const url = parseJson(`"${text.replace(/\\[^\\]{0,5}$/, '')}"`);
    return typeof url === 'string' ? url : [];
  });

/**
 * The texts that stand behind a key, wherever it is one; in a text its quotes are escaped.
 *
 * @param length bytes of each that are read
 */
function textsBehind(bytes: Buffer, key: string, length = Infinity): string[] {
  const texts: string[] = [];
  for (let at = bytes.indexOf(key); at !== -1; at = bytes.indexOf(key, at + key.length)) {
    const start = valueStart(bytes, at + key.length);
    if (start === undefined) continue;
    texts.push(bytes.toString('utf8', start, Math.min(bytes.indexOf(QUOTE, start), start + length)));
  }
  return texts;
}

function valueStart(bytes: Buffer, from: number): number | undefined {
  const colon = behindSpace(bytes, from);
  if (bytes[colon] !== COLON) return undefined;
  const quote = behindSpace(bytes, colon + 1);
  return bytes[quote] === QUOTE ? quote + 1 : undefined;
}

function behindSpace(bytes: Buffer, from: number): number {
  let at = from;
  while (WHITE_SPACE.has(bytes[at] ?? 0)) at++;
  return at;
}
