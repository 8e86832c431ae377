import { createOpenRouter } from '@openrouter/ai-sdk-provider';
import type { JSONObject } from '@ai-sdk/provider';
import { JsonObject, textOf } from '../wire/json';
import { cachedModels, openAiCompletions, Provider, TranslatedProvider } from './provider';

const looseFormat = ({ name, schema, description }: JsonObject): JSONObject => ({
  type: 'json_schema',
  json_schema: { name: textOf(name), description: textOf(description), schema: schema as JSONObject, strict: false },
});

/** OpenRouter's own AI SDK provider: its `reasoning_details` carry the signatures of the models behind it. */
const connection: TranslatedProvider = {
  protocol: 'language-model',
  languageModel: cachedModels((settings, { model }) =>
    createOpenRouter({ ...settings, compatibility: 'strict' }).chat(model),
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
