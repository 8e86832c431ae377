import { createMistral } from '@ai-sdk/mistral';
import { cachedModels, openAiCompletions, Provider, TranslatedProvider } from './provider';

const connection: TranslatedProvider = {
  protocol: 'language-model',
  languageModel: cachedModels((settings, { model }) => createMistral(settings)(model)),
  chatCompletions: openAiCompletions,
};

/** https://docs.mistral.ai/api */
export const mistralProvider: Provider = {
  type: 'mistral',
  settings: {
    fields: { model: 'required', base_url: 'optional', api_key_env: 'optional' },
    defaults: { baseUrl: 'https://api.mistral.ai/v1', apiKeyEnv: 'MISTRAL_API_KEY' },
  },
  connect: () => connection,
};
