import {
  ANTHROPIC_IDS,
  BEDROCK_IDS,
  MISTRAL_IDS,
  noBlankText,
  noPictures,
  noUserAfterTool,
  onBackends,
  OPENAI_IDS,
  Refusal,
  rolesAlternate,
  Rule,
  thinkingBesideCalls,
} from '../support/provider-rule';
import { WireMessage, WireRequest } from '../support/wire-request';

type Json = Readonly<Record<string, unknown>>;

/** Backends that refuse pictures, of which the backends file says nothing. */
export const TEXT_ONLY = ['deepseek', 'groq'];

const invalid = (message: string): Refusal => ({ status: 400, message });
const objects = (value: unknown): Json[] =>
  Array.isArray(value) ? value.filter((one): one is Json => typeof one === 'object' && one !== null) : [];

/** "Each message must have content or calls": every provider, in its own words. */
const noEmptyMessages: Rule = ({ messages, dialect }) =>
  dialect !== 'responses' && dialect !== 'google' && messages.some(isEmpty)
    ? invalid('messages must have non-empty content')
    : undefined;

const isEmpty = ({ role, texts, pictures, callIds, resultIds, thoughts }: WireMessage): boolean =>
  role === 'assistant' && texts.join('') === '' && pictures + callIds.length + resultIds.length + thoughts.length === 0;

/** Every call is answered in the very next messages, before anybody says something else. */
const callsAnswered: Rule = ({ messages, dialect }) => {
  if (dialect === 'google') return undefined;
  for (const [index, { callIds }] of messages.entries()) {
    if (callIds.length === 0) continue;
    const behind = messages.slice(index + 1);
    const end = behind.findIndex(({ resultIds, callIds: more }) => resultIds.length === 0 && more.length === 0);
    const near = dialect === 'responses' ? behind : behind.slice(0, end === -1 ? undefined : end);
    const answered = near.flatMap(({ resultIds }) => resultIds);
    if (callIds.some((id) => !answered.includes(id))) {
      return invalid('`tool_use` ids were found without `tool_result` blocks immediately after');
    }
  }
  return undefined;
};

/** Gemini: as many results as calls, in the next message; a call comes behind the user or behind results. */
const geminiTurns: Rule = ({ body, dialect }) => {
  if (dialect !== 'google') return undefined;
  const contents = objects(body.contents);
  const count = (content: Json | undefined, name: string): number =>
    objects(content?.parts).filter((part) => part[name] !== undefined).length;
  for (const [index, content] of contents.entries()) {
    const calls = count(content, 'functionCall');
    if (calls !== count(contents[index + 1], 'functionResponse')) {
      return invalid('the number of function response parts must equal the number of function call parts');
    }
    if (calls > 0 && contents[index - 1]?.role === 'model')
      return invalid('function call turn comes after a user turn');
  }
  return contents[0]?.role === 'user' ? undefined : invalid('contents must begin with the user');
};

/** A word that every provider's filter refuses, whenever it comes. */
const refusedWords: Rule = ({ scripted }) =>
  /refused\d+word/.test(scripted.raw)
    ? { ...invalid('Input could not be processed.'), code: 'invalid_prompt' }
    : undefined;

const firstIsUser: Rule = ({ messages }) =>
  messages.find(({ role }) => role !== 'system')?.role === 'user'
    ? undefined
    : invalid('first message must be of the user');

const lastIsNoAssistant: Rule = ({ messages }) =>
  messages.at(-1)?.role === 'assistant' ? invalid('Expected last role User or Tool') : undefined;

/** Signatures and sealed thoughts of another backend are no use to this one. */
const ownThoughts: Rule = ({ backend, scripted }) => {
  const foreign = [...scripted.raw.matchAll(/sig-([a-z-]+)\.end/g)].some(([, owner]) => owner !== backend);
  return foreign ? invalid('Invalid `signature` in `thinking` block') : undefined;
};

/** @param backendOf the backend of an earlier request, by its index */
const sealedByItself =
  (backendOf: (index: number) => string | undefined): Rule =>
  ({ backend, dialect, scripted }) => {
    if (dialect !== 'responses') return undefined;
    const owners = [...scripted.raw.matchAll(/"encrypted_content":"(?:sealed-(\d+))?/g)].map(([, index]) =>
      index === undefined ? undefined : backendOf(Number(index)),
    );
    return owners.some((owner) => owner !== backend)
      ? { ...invalid('The encrypted content could not be verified.'), code: 'invalid_encrypted_content' }
      : undefined;
  };

/** What each type of provider refuses, as strict as any server of it was reported to be. */
export function strictRule(
  backendOf: (index: number) => string | undefined,
): (request: WireRequest) => Refusal | undefined {
  const rules: readonly Rule[] = [
    ...[refusedWords, noEmptyMessages, callsAnswered, geminiTurns, ownThoughts, sealedByItself(backendOf)],
    onBackends(['openai-compatible', 'ollama', 'vllm', 'azure-dated', 'mistral'], rolesAlternate),
    onBackends(['mistral'], noUserAfterTool),
    onBackends(['mistral'], MISTRAL_IDS),
    onBackends(['anthropic'], ANTHROPIC_IDS),
    onBackends(['bedrock'], BEDROCK_IDS),
    onBackends(['openai', 'azure'], OPENAI_IDS),
    onBackends(['anthropic', 'bedrock'], noBlankText),
    onBackends(['anthropic', 'bedrock', 'deepseek'], thinkingBesideCalls),
    onBackends(['anthropic', 'bedrock'], firstIsUser),
    onBackends(['anthropic', 'mistral'], lastIsNoAssistant),
    onBackends(TEXT_ONLY, noPictures()),
  ];
  return (request) => {
    for (const rule of rules) {
      const refusal = rule(request);
      if (refusal !== undefined) return refusal;
    }
    return undefined;
  };
}
