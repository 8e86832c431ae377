/**
 * `us.anthropic.claude-haiku-4-5-20251001-v1:0`: region, vendor, model and version of an id of Bedrock. One that ends with
 * a window of its own, as in `:24k`, is another model.
 * https://docs.aws.amazon.com/bedrock/latest/userguide/models-supported.html
 */
const BEDROCK_ID =
  /^(?:[a-z]{2,6}(?:-[a-z]+)?\.)?(?:amazon|anthropic|deepseek|google|meta|minimax|mistral|moonshotai|openai|qwen|zai)\.(.+?)(?:-v\d+)?(?::\d+)?$/;

/** `-2025-08-07`, `-20250929`: the day of a snapshot, which a model's own name goes without. */
const DAY = /-20\d\d-?\d\d-?\d\d$/;

/**
 * A model's name as names are compared: without the folders and organisations before it, in lower case, and with the same
 * sign for all that separates: `Qwen/Qwen3-Coder-30B`, `qwen3-coder:30b`, `anthropic/claude-sonnet-4.5`.
 */
export const plainName = (name: string): string =>
  lastPartOf(name)
    .replace(/:latest$/, '')
    .replace(/[.:@_]/g, '-');

/**
 * What no provider's name of a model has, and would change the address that it becomes part of, or a line of the log: control
 * characters, those that nobody sees or that turn the direction of a text, and blanks at an end of one of its parts.
 */
const NOT_IN_NAMES = /\.\.|[?#%\\\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]|(?:^|\/)\s|\s(?:\/|$)/u;
/** Characters; the longest that is in use has some 120. */
const MAX_LENGTH = 256;

/** What the name of a model may be, in words. */
export const MODEL_NAME_RULE = `a name of at most ${MAX_LENGTH} characters without "..", "?", "#", "%", "\\", control characters, and blanks at its ends`;

/** Whether a text can be the name of a model. */
export const isModelName = (name: string): boolean =>
  name !== '' && name.length <= MAX_LENGTH && !NOT_IN_NAMES.test(name);

/** The names that a model may be known by, the most exact first. */
export function plainNamesOf(model: string): string[] {
  const name = plainName(model);
  const ofBedrock = BEDROCK_ID.exec(lastPartOf(model))?.[1];
  const own = ofBedrock === undefined ? name : plainName(ofBedrock);
  return [...new Set([name, own, own.replace(DAY, '')])];
}

const lastPartOf = (name: string): string => name.trim().toLowerCase().replace(/^.*\//, '');
