import { INPUT_MODALITIES, InputModality } from './backend';

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

const isModality = (value: unknown): value is InputModality => INPUT_MODALITIES.some((known) => known === value);
const isModalities = (value: unknown): value is InputModality[] =>
  Array.isArray(value) && value.length > 0 && value.every(isModality) && value.includes('text');

const MIN_CONTEXT_WINDOW = 1000;
const isContextWindow = (value: unknown): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value >= MIN_CONTEXT_WINDOW;

/** The fields of an entry of `llm_backends.yaml`, each with its rule. */
export const BACKEND_FIELDS = {
  id: check(
    'letters, digits, ".", "_" or "-", at most 64 of them, the first a letter or digit',
    matches(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/),
  ),
  model: check('a non-empty text', isText),
  base_url: check('an http or https address', isHttpUrl),
  api_key_env: check('the name of an environment variable, not the key itself', matches(/^[A-Za-z_][A-Za-z0-9_]*$/)),
  display_name: check('a non-empty text', isText),
  context_window: check(`a whole number of tokens, ${MIN_CONTEXT_WINDOW} or more`, isContextWindow),
  input_modalities: check(`a list of ${INPUT_MODALITIES.join(', ')} with text in it`, isModalities),
} as const;
