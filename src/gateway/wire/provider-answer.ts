import { isObject, parseJson, textOf } from './json';

/** Longest part of a provider's message that is passed on. */
const MAX_MESSAGE_LENGTH = 1000;

/** What a provider says is wrong, in whatever form it says it. */
export interface ProviderAnswer {
  readonly message: string;
  /** Its `code` or `type`. */
  readonly code: string;
}

/** Reads an error body: OpenAI's form, its many variations, plain text; never a whole HTML page. */
export function providerAnswer(body: unknown, fallback: string): ProviderAnswer {
  const value = typeof body === 'string' ? (parseJson(body) ?? body) : body;
  const first: unknown = Array.isArray(value) ? value[0] : value;
  const error = isObject(first) && first.error != null ? first.error : first;
  const message = messageIn(error) ?? fallback;
  return { message: message.slice(0, MAX_MESSAGE_LENGTH), code: codeIn(error) };
}

function messageIn(error: unknown): string | undefined {
  if (typeof error === 'string')
    return error.trim() === '' || error.trimStart().startsWith('<') ? undefined : error.trim();
  if (!isObject(error)) return undefined;
  const text = textOf(error.message) ?? textOf(error.detail) ?? textOf(error.error_description);
  return text ?? (Object.keys(error).length > 0 ? JSON.stringify(error) : undefined);
}

function codeIn(error: unknown): string {
  if (!isObject(error)) return '';
  return [error.code, error.type, error.status].flatMap((code) => textOf(code) ?? []).join(' ');
}
