import { z } from 'zod';
import { ADDRESS_FIELDS, deploymentSchema } from './deployment-schema';
import { integer, list, mapping, matching } from './field-schema';
import { MODEL_FIELDS, namedModelSchema } from './model-schema';
import { checkProviderFields, jsonSchemaOfProviderFields } from './provider-fields';
import { ProviderTypes } from './provider-types';

const ID_RULE = 'letters, digits, ".", "_" or "-", at most 64 of them, the first a letter or digit';
const RETRIES_RULE = 'a whole number from 0 to 10';
const FALLBACKS_RULE = 'a list of ids of backends';
const MAX_SECONDS = 3600;
const SECONDS_RULE = `seconds, above 0 and at most ${MAX_SECONDS}`;
const seconds = z.number(SECONDS_RULE).positive(SECONDS_RULE).max(MAX_SECONDS, SECONDS_RULE).optional();

const timeoutSchema = mapping({
  connect: seconds.describe('Until the connection stands; default: 10.'),
  first_byte: seconds.describe('From the request until the answer begins; default: as idle.'),
  idle: seconds.describe('Between two pieces of the answer; default: GATEWAY_IDLE_TIMEOUT_SECONDS.'),
});

/** An entry of `backends`; which address fields it must, may or must not have is for its type's provider to say. */
export function backendSchema(providers: ProviderTypes) {
  const known = providers.types.flatMap((type) => providers.find(type) ?? []);
  return mapping({
    id: matching(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, ID_RULE).describe('What chats and requests name.'),
    type: z.enum(providers.types, `one of ${providers.types.join(', ')}`).describe('The provider.'),
    ...MODEL_FIELDS,
    ...ADDRESS_FIELDS,
    models: list(namedModelSchema).optional().describe('More models of the same backend, requested as "id/name".'),
    deployments: list(deploymentSchema)
      .optional()
      .describe(
        'Several addresses or keys for the same model: calls are divided by weight, and go around one that fails.',
      ),
    timeout: timeoutSchema.optional().describe('Longest silences of the provider, in seconds.'),
    max_retries: integer(0, RETRIES_RULE)
      .max(10, RETRIES_RULE)
      .optional()
      .describe('Repeats of a call that failed before its first output; default: 2.'),
    fallbacks: list(matching(/\S/, FALLBACKS_RULE), FALLBACKS_RULE)
      .optional()
      .describe('Ids of backends to ask, in this order, when this one cannot answer.'),
    max_concurrency: integer(1, 'a whole number, 1 or more').optional().describe('Calls at a time; default: no limit.'),
    max_queue: integer(0, 'a whole number, 0 or more')
      .optional()
      .describe('Calls that may wait for one of those, more are refused with 429; default: 100.'),
  })
    .superRefine((entry, context) => {
      const provider = providers.find(entry.type);
      if (provider !== undefined) checkProviderFields(entry, provider, context);
    })
    .meta({ allOf: known.map(jsonSchemaOfProviderFields) });
}

/** An entry as the operator wrote it, already checked; what is left out takes its provider's default. */
export type BackendEntry = z.infer<ReturnType<typeof backendSchema>>;
