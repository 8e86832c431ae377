import { isObject, JsonObject, parseJson, textOf } from './json';

/** Longest part of a provider's message that is passed on. */
const MAX_MESSAGE_LENGTH = 1000;
/** How deep words are looked for, and how many of a list are told. */
const MAX_DEPTH = 6;
const MAX_LISTED = 3;

/** What a provider says is wrong, in whatever form it says it. */
export interface ProviderAnswer {
  readonly message: string;
  /** All that it has for codes and types, for those that look for a word in them. */
  readonly code: string;
  /** Its own code, where it has one that is a name. */
  readonly name?: string;
  /** The field of the request that is wrong. */
  readonly param?: string;
}

/** Reads an error body: OpenAI's form, its many variations, plain text; never a whole HTML page, and never JSON as words. */
export function providerAnswer(body: unknown, fallback: string): ProviderAnswer {
  const found = answerIn(body, 0);
  return { ...found, message: (found.message ?? fallback).slice(0, MAX_MESSAGE_LENGTH) };
}

type Found = Omit<ProviderAnswer, 'message'> & { readonly message?: string };

function answerIn(body: unknown, depth: number): Found {
  const value = typeof body === 'string' ? (parseJson(body) ?? body) : body;
  const first: unknown = Array.isArray(value) ? value[0] : value;
  const error = isObject(first) && first.error != null ? first.error : first;
  if (!isObject(error)) return { message: wordsIn(error, depth), code: '' };
  const own: Found = {
    message: wordsIn(error, depth),
    code: codesIn(error),
    name: nameIn(error),
    param: paramIn(error),
  };
  const inner = depth < MAX_DEPTH ? innerOf(error) : undefined;
  if (inner === undefined) return own;
  const { message = own.message, name = own.name, param = own.param, code } = answerIn(inner, depth + 1);
  return { message, name, param, code: `${code} ${own.code}`.trim() };
}

/** The answer of the provider behind this one: OpenRouter's `metadata.raw`, or JSON where the message is to be. */
function innerOf({ metadata, message }: JsonObject): unknown {
  const raw = isObject(metadata) ? metadata.raw : undefined;
  if (raw != null && raw !== '') return raw;
  const text = textOf(message);
  return text !== undefined && /^\s*[{[]/.test(text) && parseJson(text) !== undefined ? text : undefined;
}

/** Where words are looked for first. */
const WORDS = [
  'message',
  'detail',
  'details',
  'msg',
  'status_msg',
  'error',
  'errors',
  'error_description',
  'error_message',
  'reason',
];
/** Fields that name something, and say nothing. */
const NO_WORDS = new Set([
  'code',
  'type',
  'status',
  'object',
  'param',
  'loc',
  'id',
  'request_id',
  'success',
  'input',
  'ctx',
]);

function wordsIn(value: unknown, depth: number): string | undefined {
  if (depth > MAX_DEPTH) return undefined;
  if (typeof value === 'string') return textWords(value, depth);
  if (Array.isArray(value)) {
    const all = value.slice(0, MAX_LISTED).flatMap((each) => wordsIn(each, depth + 1) ?? []);
    return all.length === 0 ? undefined : all.join('; ');
  }
  if (!isObject(value)) return undefined;
  const others = Object.keys(value).filter((name) => !WORDS.includes(name) && !NO_WORDS.has(name));
  for (const name of [...WORDS, ...others]) {
    const words = wordsIn(value[name], depth + 1);
    if (words !== undefined) return words;
  }
  return textOf(value.code) ?? textOf(value.type);
}

function textWords(value: string, depth: number): string | undefined {
  const text = value.trim();
  if (text === '' || text.startsWith('<')) return undefined;
  const json = /^[{[]/.test(text) ? parseJson(text) : undefined;
  return json === undefined ? text : wordsIn(json, depth + 1);
}

const codesIn = (error: JsonObject): string =>
  [error.code, error.type, error.status, isObject(error.innererror) ? error.innererror.code : undefined]
    .flatMap((code) => textOf(code) ?? [])
    .join(' ');

const nameIn = ({ code }: JsonObject): string | undefined =>
  typeof code === 'string' && /^[A-Za-z][\w.-]{2,63}$/.test(code) ? code : undefined;

const paramIn = ({ param }: JsonObject): string | undefined =>
  typeof param === 'string' && /^[^\s]{1,200}$/.test(param) ? param : undefined;

/**
 * The error in an event of a stream, or in a body, that has no answer: OpenAI's form, and those of servers that have one of
 * their own.
 */
export function errorIn(value: unknown): unknown {
  const first: unknown = Array.isArray(value) ? value[0] : value;
  if (!isObject(first)) return undefined;
  const { error, choices, object, type } = first;
  if (error != null && error !== '' && error !== false) return error;
  if (Array.isArray(choices) || isObject(first.usage)) return undefined;
  if (object === 'error' || type === 'error') return first;
  // MiniMax has its errors beside an answer that is empty.
  if (isObject(first.base_resp) && first.base_resp.status_code !== 0) return first.base_resp;
  const says = ['detail', 'message', 'msg', 'errors', 'error_description'].some((name) => hasWords(first[name]));
  return says ? first : undefined;
}

const hasWords = (value: unknown): boolean =>
  (typeof value === 'string' && value.trim() !== '') || (Array.isArray(value) && value.length > 0) || isObject(value);
