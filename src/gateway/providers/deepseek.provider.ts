import { createDeepSeek } from '@ai-sdk/deepseek';
import { cachedModels, openAiCompletions, Provider, TranslatedProvider } from './provider';

const connection: TranslatedProvider = {
  protocol: 'language-model',
  languageModel: cachedModels((settings, { model }) => createDeepSeek(settings)(model)),
  chatCompletions: openAiCompletions,
};

/** https://api-docs.deepseek.com */
export const deepseekProvider: Provider = {
  type: 'deepseek',
  settings: {
    fields: { model: 'required', base_url: 'optional', api_key_env: 'optional' },
    defaults: { baseUrl: 'https://api.deepseek.com/v1', apiKeyEnv: 'DEEPSEEK_API_KEY' },
  },
  connect: () => connection,
};
