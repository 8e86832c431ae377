import { createGroq } from '@ai-sdk/groq';
import { cachedModels, openAiCompletions, Provider, TranslatedProvider } from './provider';

const connection: TranslatedProvider = {
  protocol: 'language-model',
  languageModel: cachedModels((settings, { model }) => createGroq(settings)(model)),
  chatCompletions: openAiCompletions,
};

/** https://console.groq.com/docs/api-reference */
export const groqProvider: Provider = {
  type: 'groq',
  settings: {
    fields: { model: 'required', base_url: 'optional', api_key_env: 'optional' },
    defaults: { baseUrl: 'https://api.groq.com/openai/v1', apiKeyEnv: 'GROQ_API_KEY' },
  },
  connect: () => connection,
};
