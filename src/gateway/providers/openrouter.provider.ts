import { createOpenRouter } from '@openrouter/ai-sdk-provider';
import { cachedModels, openAiCompletions, Provider, TranslatedProvider } from './provider';

/** OpenRouter's own AI SDK provider: its `reasoning_details` carry the signatures of the models behind it. */
const connection: TranslatedProvider = {
  protocol: 'language-model',
  languageModel: cachedModels((settings, { model }) =>
    createOpenRouter({ ...settings, compatibility: 'strict' }).chat(model),
  ),
  providerOptions: ({ oneCallAtATime }) => ({
    openrouter: {
      usage: { include: true },
      ...(oneCallAtATime ? { parallel_tool_calls: false } : {}),
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
