import { createXai } from '@ai-sdk/xai';
import { cachedModels, openAiCompletions, Provider, TranslatedProvider } from './provider';

/**
 * Grok through its Responses API, translated all the same: it refuses codex's namespaces and freeform tools, and its
 * encrypted reasoning comes back by the AI SDK's metadata.
 */
const connection: TranslatedProvider = {
  protocol: 'language-model',
  languageModel: cachedModels((settings, { model }) => createXai(settings).responses(model)),
  chatCompletions: openAiCompletions,
};

/** https://docs.x.ai/docs/api-reference */
export const xaiProvider: Provider = {
  type: 'xai',
  settings: {
    fields: { model: 'required', base_url: 'optional', api_key_env: 'optional' },
    defaults: { baseUrl: 'https://api.x.ai/v1', apiKeyEnv: 'XAI_API_KEY' },
  },
  connect: () => connection,
};
