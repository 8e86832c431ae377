import { INPUT_MODALITIES, Price, REASONING_LEVELS } from './model-spec';

/** Checks one value of an entry: the value in its type, or what it must be instead. */
export type FieldCheck<T> = (value: unknown) => { ok: true; value: T } | { ok: false; expected: string };

const check =
  <T>(expected: string, is: (value: unknown) => value is T): FieldCheck<T> =>
  (value) =>
    is(value) ? { ok: true, value } : { ok: false, expected };

const isText = (value: unknown): value is string => typeof value === 'string' && value.trim() !== '';
const matches =
  (pattern: RegExp) =>
  (value: unknown): value is string =>
    isText(value) && pattern.test(value);

const isHttpUrl = (value: unknown): value is string => {
  if (!isText(value) || !URL.canParse(value)) return false;
  return ['http:', 'https:'].includes(new URL(value).protocol);
};

const oneOf =
  <T extends string>(known: readonly T[]) =>
  (value: unknown): value is T =>
    known.some((one) => one === value);
const listOf =
  <T>(is: (value: unknown) => value is T) =>
  (value: unknown): value is T[] =>
    Array.isArray(value) && value.length > 0 && value.every(is);
const isModalities = (value: unknown): value is (typeof INPUT_MODALITIES)[number][] =>
  listOf(oneOf(INPUT_MODALITIES))(value) && value.includes('text');

const isReasoningLevels = (value: unknown): value is (typeof REASONING_LEVELS)[number][] =>
  Array.isArray(value) && value.every(oneOf(REASONING_LEVELS));

const isNumber =
  (minimum: number, maximum = Infinity) =>
  (value: unknown): value is number =>
    typeof value === 'number' && value >= minimum && value <= maximum;
const isWhole =
  (minimum: number, maximum = Infinity) =>
  (value: unknown): value is number =>
    Number.isInteger(value) && isNumber(minimum, maximum)(value);
const isFlag = (value: unknown): value is boolean => typeof value === 'boolean';

const ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
const ID_WORDS = 'letters, digits, ".", "_" or "-", at most 64 of them, the first a letter or digit';
/** Of models also with the separators that providers use in theirs. */
const NAME = /^[A-Za-z0-9][A-Za-z0-9._:/-]{0,127}$/;
const NAME_WORDS = 'letters, digits, ".", "_", ":", "/" or "-", at most 128 of them, the first a letter or digit';

const MIN_CONTEXT_WINDOW = 1000;
const MAX_SECONDS = 3600;

/** What an entry and each of its `models` may say of a model. */
export const MODEL_FIELDS = {
  model: check('a non-empty text', isText),
  display_name: check('a non-empty text', isText),
  aliases: check(`a list of names: ${NAME_WORDS}`, listOf(matches(NAME))),
  context_window: check(`a whole number of tokens, ${MIN_CONTEXT_WINDOW} or more`, isWhole(MIN_CONTEXT_WINDOW)),
  max_output_tokens: check('a whole number of tokens, 1 or more', isWhole(1)),
  input_modalities: check(`a list of ${INPUT_MODALITIES.join(', ')} with text in it`, isModalities),
  reasoning_levels: check(`a list of ${REASONING_LEVELS.join(', ')}, or empty`, isReasoningLevels),
  apply_patch: check('true or false', isFlag),
} as const;

/** Where a provider is reached, for an entry and each of its `deployments`. */
export const ADDRESS_FIELDS = {
  base_url: check('an http or https address', isHttpUrl),
  azure_endpoint: check('an http or https address', isHttpUrl),
  api_version: check('a version as Azure names it, like 2025-01-01-preview', matches(/^[A-Za-z0-9.-]{1,40}$/)),
  region: check('a region as AWS names it, like us-east-1', matches(/^[a-z]{2}(-[a-z0-9]+)+$/)),
  api_key_env: check('the name of an environment variable, not the key itself', matches(/^[A-Za-z_][A-Za-z0-9_]*$/)),
} as const;

/** The other fields of an entry of `llm_backends.yaml`, each with its rule. */
export const BACKEND_FIELDS = {
  id: check(ID_WORDS, matches(ID)),
  max_retries: check('a whole number from 0 to 10', isWhole(0, 10)),
  fallbacks: check('a list of ids of backends', listOf(isText)),
  max_concurrency: check('a whole number, 1 or more', isWhole(1)),
  max_queue: check('a whole number, 0 or more', isWhole(0)),
} as const;

export const NAMED_MODEL_FIELDS = { name: check(NAME_WORDS, matches(NAME)) } as const;
export const DEPLOYMENT_FIELDS = { weight: check('a number above 0, at most 1000', isNumber(0.001, 1000)) } as const;

const seconds = check(`seconds, above 0 and at most ${MAX_SECONDS}`, isNumber(0.001, MAX_SECONDS));
export const TIMEOUT_FIELDS = { connect: seconds, first_byte: seconds, idle: seconds } as const;

const money = check('an amount of money per million tokens, 0 or more', isNumber(0));
export const PRICE_FIELDS: Record<keyof Price, FieldCheck<number>> = { input: money, cached: money, output: money };
