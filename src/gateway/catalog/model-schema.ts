import { z } from 'zod';
import { integer, list, mapping, matching, text } from './field-schema';
import { isModelName, MODEL_NAME_RULE } from './model-name';
import { INPUT_MODALITIES, Price, REASONING_LEVELS } from './model-spec';

const MIN_CONTEXT_WINDOW = 1000;
const CONTEXT_WINDOW_RULE = `a whole number of tokens, ${MIN_CONTEXT_WINDOW} or more`;
const MODALITIES_RULE = `a list of ${INPUT_MODALITIES.join(', ')} with text in it`;
const LEVELS_RULE = `a list of ${REASONING_LEVELS.join(', ')}, or empty`;
const PRICE_RULE = 'an amount of money per million tokens, 0 or more';

/** With the separators that providers use in their names. */
const NAME = /^[A-Za-z0-9][A-Za-z0-9._:/-]{0,127}$/;
const NAME_RULE = 'letters, digits, ".", "_", ":", "/" or "-", at most 128 of them, the first a letter or digit';
const ALIASES_RULE = `a list of names: ${NAME_RULE}`;

/** A provider's own name of a model, which may become part of an address. */
export const providersModel = text.refine(isModelName, `must be ${MODEL_NAME_RULE}`);

const money = z.number(PRICE_RULE).min(0, PRICE_RULE);

const priceSchema = mapping({
  input: money.describe('Input tokens.'),
  cached: money.optional().describe('Input tokens that the provider had in its cache; default: as input.'),
  output: money.describe('Output tokens.'),
});

/** What an entry and each of its `models` may say of a model; what is left out is as for the entry, or a default. */
export const MODEL_FIELDS = {
  model: providersModel.optional().describe("The provider's name of the model."),
  display_name: text.optional().describe('What users see; default: the id.'),
  aliases: list(matching(NAME, ALIASES_RULE), ALIASES_RULE).optional().describe('Other names that requests may use.'),
  context_window: integer(MIN_CONTEXT_WINDOW, CONTEXT_WINDOW_RULE)
    .optional()
    .describe('Tokens; default: as known of the model, else 128000.'),
  max_output_tokens: integer(1, 'a whole number of tokens, 1 or more')
    .optional()
    .describe("Longest answer in tokens; default: as known of the model, else the provider's own limit."),
  input_modalities: list(z.enum(INPUT_MODALITIES, MODALITIES_RULE), MODALITIES_RULE)
    .refine((modalities) => modalities.includes('text'), `must be ${MODALITIES_RULE}`)
    .optional()
    .describe('[text] or [text, image]; default: as known of the model, else [text, image].')
    .meta({ contains: { const: 'text' } }),
  reasoning_levels: z
    .array(z.enum(REASONING_LEVELS, LEVELS_RULE), LEVELS_RULE)
    .optional()
    .describe('Those that may be asked for; [] for a model that does not reason; default: as known of the model.'),
  apply_patch: z.boolean('true or false').optional().describe('Whether codex offers its patch tool; default: true.'),
  price: priceSchema
    .optional()
    .describe('Money per million tokens, for usage and budgets; default: as known of the model.'),
};

export const namedModelSchema = mapping({
  name: matching(NAME, NAME_RULE).describe('The model is requested as "id/name".'),
  ...MODEL_FIELDS,
});

export type NamedModelEntry = z.infer<typeof namedModelSchema>;
/** What an entry or one of its `models` says of a model. */
export type ModelEntry = Omit<NamedModelEntry, 'name'>;

/** Tokens from the cache cost as much as others where the file does not say. */
export const priceOf = ({ price }: Pick<ModelEntry, 'price'>): Price | undefined =>
  price && { ...price, cached: price.cached ?? price.input };
