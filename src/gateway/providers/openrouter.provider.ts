import type * as OpenRouterPackage from '@openrouter/ai-sdk-provider';
import type { JSONObject } from '@ai-sdk/provider';
import { whenNeeded } from '../../common/when-needed';
import { JsonObject, textOf } from '../wire/json';
import { cachedModels, openAiCompletions, Provider, TranslatedProvider } from './provider';

const openrouter = whenNeeded<typeof OpenRouterPackage>('@openrouter/ai-sdk-provider');

const looseFormat = ({ name, schema, description }: JsonObject): JSONObject => ({
  type: 'json_schema',
  json_schema: { name: textOf(name), description: textOf(description), schema: schema as JSONObject, strict: false },
});
/** A long number within the arguments of a call, as the provider's sorting of their fields leaves it. */
const SORTED_NUMBER = /\{\\"rawJSON\\":\\"(-?[\d.eE+-]{5,})\\"\}/g;

/** OpenRouter's AI SDK provider copies the arguments of earlier calls and takes raw JSON for an object. */
const withDigits =
  (send: typeof fetch): typeof fetch =>
  (input, init) =>
    send(input, typeof init?.body === 'string' ? { ...init, body: init.body.replace(SORTED_NUMBER, '$1') } : init);

/** OpenRouter's own AI SDK provider: its `reasoning_details` carry the signatures of the models behind it. */
const connection: TranslatedProvider = {
  protocol: 'language-model',
  languageModel: cachedModels((settings, { model }) =>
    openrouter()
      .createOpenRouter({ ...settings, fetch: withDigits(settings.fetch), compatibility: 'strict' })
      .chat(model),
  ),
  providerOptions: ({ oneCallAtATime, schemaFormat, strictSchema }) => ({
    openrouter: {
      usage: { include: true },
      ...(oneCallAtATime ? { parallel_tool_calls: false } : {}),
      // Its AI SDK provider makes every schema a strict one.
      ...(schemaFormat === undefined || strictSchema ? {} : { response_format: looseFormat(schemaFormat) }),
    },
  }),
  chatCompletions: openAiCompletions,
};

/** https://openrouter.ai/docs/api-reference/overview */
export const openrouterProvider: Provider = {
  type: 'openrouter',
  settings: {
    fields: { model: 'required', base_url: 'optional', api_key_env: 'optional' },
    defaults: { baseUrl: 'https://openrouter.ai/api/v1', apiKeyEnv: 'OPENROUTER_API_KEY' },
  },
  connect: () => connection,
};
