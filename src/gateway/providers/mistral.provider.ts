import type * as MistralPackage from '@ai-sdk/mistral';
import { whenNeeded } from '../../common/when-needed';
import { cachedModels, openAiCompletions, Provider, TranslatedProvider } from './provider';

const mistral = whenNeeded<typeof MistralPackage>('@ai-sdk/mistral');

const connection: TranslatedProvider = {
  protocol: 'language-model',
  languageModel: cachedModels((settings, { model }) => mistral().createMistral(settings)(model)),
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
