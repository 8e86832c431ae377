import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { cachedModels } from './model-cache';
import { TranslatedProvider } from './provider';

/** Name under which the AI SDK keeps this provider's options and metadata. */
export const COMPATIBLE_OPTIONS_KEY = 'openaiCompatible';

/** Any service with OpenAI's chat completions: DeepSeek, vLLM, Ollama, LM Studio, llama.cpp ... */
export const openaiCompatibleProvider: TranslatedProvider = {
  type: 'openai-compatible',
  protocol: 'language-model',
  settings: {
    fields: { model: 'required', base_url: 'required', api_key_env: 'optional' },
    defaults: {},
  },
  languageModel: cachedModels((backend, model, apiKey) =>
    createOpenAICompatible({
      name: COMPATIBLE_OPTIONS_KEY,
      baseURL: backend.baseUrl ?? '',
      apiKey,
      includeUsage: true,
      supportsStructuredOutputs: true,
    }).chatModel(model),
  ),
};
