import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import type { SharedV4ProviderOptions } from '@ai-sdk/provider';
import { ProviderSettings } from '../catalog/provider-types';
import { cachedModels, openAiCompletions, Provider, RequestTraits, TranslatedProvider } from './provider';

/** Name under which the AI SDK keeps this provider's options and metadata. */
const OPTIONS_KEY = 'openaiCompatible';

/** `parallel_tool_calls` only where it says something: not every compatible server knows the field. */
export const compatibleOptions = ({
  oneCallAtATime,
  schemaFormat,
  strictSchema,
}: RequestTraits): SharedV4ProviderOptions => ({
  [OPTIONS_KEY]: {
    ...(oneCallAtATime ? { parallel_tool_calls: false } : {}),
    ...(schemaFormat === undefined ? {} : { strictJsonSchema: strictSchema }),
  },
});

const connection: TranslatedProvider = {
  protocol: 'language-model',
  thinksInText: true,
  takesArgumentText: true,
  languageModel: cachedModels((settings, { model }) =>
    createOpenAICompatible({
      ...settings,
      name: OPTIONS_KEY,
      includeUsage: true,
      supportsStructuredOutputs: true,
    }).chatModel(model),
  ),
  providerOptions: compatibleOptions,
  chatCompletions: openAiCompletions,
};

const compatible = (
  type: string,
  baseUrlRule: 'required' | 'optional',
  defaults: ProviderSettings['defaults'],
): Provider => ({
  type,
  settings: { fields: { model: 'required', base_url: baseUrlRule, api_key_env: 'optional' }, defaults },
  connect: () => connection,
});

/** Any service with OpenAI's chat completions: LM Studio, llama.cpp, LiteLLM ... */
export const openaiCompatibleProvider = compatible('openai-compatible', 'required', {});

/** https://docs.ollama.com/api/openai-compatibility */
export const ollamaProvider = compatible('ollama', 'optional', { baseUrl: 'http://127.0.0.1:11434/v1' });

/** https://docs.vllm.ai/en/stable/serving/openai_compatible_server.html; no default: its port 8000 is ours too. */
export const vllmProvider = compatible('vllm', 'required', {});
