import { z } from 'zod';
import { checkedYaml } from './checked-yaml';
import { list, mapping, matching } from './field-schema';
import { plainName } from './model-name';
import { MODEL_FIELDS } from './model-schema';

/** A `*` may stand at the end, for any rest. */
const NAME = /^[A-Za-z0-9][A-Za-z0-9._:@/-]{0,127}\*?$/;
const NAME_RULE = 'a name with letters, digits, ".", "_", ":", "@", "/" or "-", and "*" only at its end, for any rest';
const ALIASES_RULE = `a list, each item ${NAME_RULE}`;
const DAY_RULE = 'a day like 2026-11-28';

function knownModelSchema(types: readonly string[]) {
  const typesRule = `a list of ${types.join(', ')}`;
  const providers = list(z.enum(types, typesRule), typesRule);
  return mapping({
    id: matching(NAME, NAME_RULE).describe("The provider's name of the model."),
    aliases: list(matching(NAME, ALIASES_RULE), ALIASES_RULE).optional().describe('Its other names.'),
    providers: providers.describe('Types of the providers that this is true of.'),
    context_window: MODEL_FIELDS.context_window.describe('Tokens that a request may have.'),
    max_output_tokens: MODEL_FIELDS.max_output_tokens.describe('Longest answer in tokens.'),
    input_modalities: MODEL_FIELDS.input_modalities.describe('[text] or [text, image].'),
    reasoning_levels: MODEL_FIELDS.reasoning_levels.describe('Those that may be asked for; [] for none.'),
    price: MODEL_FIELDS.price.describe('US dollars per million tokens.'),
    price_providers: providers.optional().describe('Those of `providers` that the price is true of; default: all.'),
    as_of: z.iso.date(DAY_RULE).optional().describe('The last day on which the source was known to say so.'),
    source: z
      .url({ protocol: /^https$/, error: 'an https address' })
      .optional()
      .describe('Where that is written.'),
  });
}

/** What a `models.yaml` may hold. */
function knownModelsSchema(types: readonly string[]) {
  return mapping({ models: list(knownModelSchema(types)).describe('What is known of common models.') })
    .superRefine(({ models }, context) => {
      const seen = new Set<string>();
      models.forEach((entry, index) => {
        for (const name of namesTwice(entry, seen)) {
          const message = `names "${name}", which an earlier model of the same provider has`;
          context.addIssue({ code: 'custom', path: ['models', index, 'id'], message });
        }
      });
    })
    .meta({ title: 'What codex-relay knows of common models: models.yaml' });
}

/** What one entry of a `models.yaml` says. */
export type KnownModelEntry = z.infer<ReturnType<typeof knownModelSchema>>;

/** @throws ConfigError with path, line, entry and field of the first mistake, and what is allowed there. */
export const parseKnownModels = (yaml: string, path: string, types: readonly string[]): readonly KnownModelEntry[] =>
  checkedYaml(knownModelsSchema(types), yaml, path).models;

/** The same for editors. */
export const knownModelsJsonSchema = (types: readonly string[]) =>
  z.toJSONSchema(knownModelsSchema(types), { target: 'draft-07' });

/** Each name of an entry, as names are compared. */
export const namesOf = ({ id, aliases = [] }: Pick<KnownModelEntry, 'id' | 'aliases'>): string[] => [
  ...new Set([id, ...aliases].map(plainName)),
];

function namesTwice(entry: KnownModelEntry, seen: Set<string>): string[] {
  const names = namesOf(entry).filter((name) => entry.providers.some((type) => seen.has(`${type} ${name}`)));
  for (const type of entry.providers) for (const name of namesOf(entry)) seen.add(`${type} ${name}`);
  return names;
}
