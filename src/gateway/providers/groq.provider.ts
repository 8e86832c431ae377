import type * as GroqPackage from '@ai-sdk/groq';
import { whenNeeded } from '../../common/when-needed';
import { cachedModels, openAiCompletions, Provider, TranslatedProvider } from './provider';

const groq = whenNeeded<typeof GroqPackage>('@ai-sdk/groq');

const connection: TranslatedProvider = {
  protocol: 'language-model',
  languageModel: cachedModels((settings, { model }) => groq().createGroq(settings)(model)),
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
