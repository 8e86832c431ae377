import { ScriptedReply } from '../../support/scripted-reply';
import { WireMessage, WireRequest } from './wire-request';

/** Why a provider refuses a request. */
export interface Refusal {
  readonly status: number;
  readonly message: string;
  readonly code?: string;
  readonly type?: string;
}

/** A rule of a provider: what it refuses; undefined for what it takes. */
export type Rule = (request: WireRequest) => Refusal | undefined;

const invalid = (message: string, more: Partial<Refusal> = {}): Refusal => ({ status: 400, message, ...more });

/** A rule that holds for some backends only. */
export const onBackends =
  (backends: readonly string[], rule: Rule): Rule =>
  (request) =>
    backends.includes(request.backend) ? rule(request) : undefined;

/** The first system message, then user and assistant in turns: chat templates of Llama, Mistral, Gemma and others. */
export const rolesAlternate: Rule = ({ messages }) => {
  const spoken = messages.filter(({ role }, index) => !(role === 'system' && index === 0));
  const misplaced = spoken.some(
    ({ role }, index) => role === 'system' || (role === spoken[index - 1]?.role && role !== 'tool'),
  );
  return misplaced || spoken[0]?.role !== 'user'
    ? invalid('Conversation roles must alternate user/assistant/user/assistant/...')
    : undefined;
};

/** https://docs.mistral.ai: an assistant message stands between a tool's result and the user's next word. */
export const noUserAfterTool: Rule = ({ messages }) =>
  messages.some(({ role }, index) => role === 'user' && messages[index - 1]?.role === 'tool')
    ? invalid("Unexpected role 'user' after role 'tool'", { code: '3230', type: 'invalid_request_message_order' })
    : undefined;

/** Ids of calls and results match, each result has its call, and no id is used twice. */
export const callIdsMatch =
  (pattern: RegExp, words: string): Rule =>
  ({ messages }) => {
    const calls = messages.flatMap(({ callIds }) => callIds);
    const results = messages.flatMap(({ resultIds }) => resultIds);
    if ([...calls, ...results].some((id) => !pattern.test(id))) return invalid(words);
    if (new Set(calls).size < calls.length) return invalid('`tool_use` ids must be unique');
    return results.every((id) => calls.includes(id)) ? undefined : invalid('a result has no call with its id');
  };

export const MISTRAL_IDS = callIdsMatch(
  /^[a-zA-Z0-9]{9}$/,
  'Tool call id was call_x but must be a-z, A-Z, 0-9, with a length of 9.',
);
export const ANTHROPIC_IDS = callIdsMatch(
  /^[a-zA-Z0-9_-]+$/,
  "messages.1.content.0.tool_use.id: String should match pattern '^[a-zA-Z0-9_-]+$'",
);
export const BEDROCK_IDS = callIdsMatch(
  /^[a-zA-Z0-9_-]{1,64}$/,
  "Value at 'messages.2.member.content.1.member.toolUse.toolUseId' failed to satisfy constraint",
);
export const OPENAI_IDS: Rule = (request) => {
  const refusal = callIdsMatch(/^.{1,64}$/, "Invalid 'input[2].call_id': string too long.")(request);
  return refusal && { ...refusal, code: 'string_above_max_length' };
};

export const noPictures =
  (words = 'image_url is only supported by certain models', code?: string): Rule =>
  ({ messages }) =>
    messages.some(({ pictures }) => pictures > 0) ? invalid(words, { code }) : undefined;

/** A word that the provider's filter refuses. */
export const filters =
  (word: string, refusal: Partial<Refusal>): Rule =>
  (request) =>
    JSON.stringify(request.body).includes(word) ? invalid('The prompt was filtered.', refusal) : undefined;

/** A context of so many characters; the provider says it in its own words. */
export const holds =
  (characters: number, words: string, code?: string): Rule =>
  ({ messages }) =>
    spokenCharacters(messages) > characters ? invalid(words, { code }) : undefined;

export const spokenCharacters = (messages: readonly WireMessage[]): number =>
  messages.flatMap(({ texts }) => texts).join('').length;

const isBlank = ({ texts }: WireMessage): boolean => texts.some((text) => text.trim() === '');

/** Anthropic and Bedrock refuse blank text blocks, wherever they stand. */
export const noBlankText: Rule = ({ messages }) =>
  messages.some(isBlank) ? invalid('messages: text content blocks must contain non-whitespace text') : undefined;

/** With thinking on, calls of the running turn come with the thoughts that led to them. */
export const thinkingBesideCalls: Rule = ({ messages, body, dialect }) => {
  if (!isThinking(body, dialect)) return undefined;
  const lastQuestion = messages.findLastIndex(({ role, resultIds }) => role === 'user' && resultIds.length === 0);
  const bare = messages
    .slice(lastQuestion + 1)
    .some(({ role, callIds, thoughts }) => role === 'assistant' && callIds.length > 0 && thoughts.length === 0);
  return bare
    ? invalid('Expected `thinking`, but found `tool_use`: a final assistant message starts with it')
    : undefined;
};

function isThinking(body: WireRequest['body'], dialect: WireRequest['dialect']): boolean {
  const found = JSON.stringify(body.thinking ?? body.additionalModelRequestFields ?? body.reasoning_effort ?? '');
  return dialect === 'anthropic' || dialect === 'bedrock' || dialect === 'chat'
    ? /"(enabled|adaptive|low|medium|high)"/.test(found)
    : false;
}

/** The answer of a refusal in the form of the dialect, Mistral's for Mistral. */
export function refusalReply(
  { dialect, backend }: WireRequest,
  { status, message, code, type }: Refusal,
): ScriptedReply {
  const kind = type ?? 'invalid_request_error';
  if (dialect === 'anthropic') return { status, error: { type: 'error', error: { type: kind, message } } };
  if (dialect === 'google') return { status, error: { error: { code: status, message, status: 'INVALID_ARGUMENT' } } };
  if (dialect === 'bedrock') {
    return { status, error: { message }, headers: { 'x-amzn-errortype': 'ValidationException' } };
  }
  if (backend.startsWith('mistral')) {
    return { status, error: { object: 'error', message, type: kind, param: null, code: code ?? null } };
  }
  return { status, error: { error: { message, type: kind, param: null, code: code ?? null } } };
}
