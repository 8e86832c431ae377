import type * as OpenAICompatiblePackage from '@ai-sdk/openai-compatible';
import { whenNeeded } from '../../common/when-needed';
import { ProviderSettings } from '../catalog/provider-types';
import { cachedModels, openAiCompletions, Provider, TranslatedProvider } from './provider';

const sdk = whenNeeded<typeof OpenAICompatiblePackage>('@ai-sdk/openai-compatible');

const connection: TranslatedProvider = {
  protocol: 'language-model',
  languageModel: cachedModels((settings, { model }) =>
    sdk()
      .createOpenAICompatible({
        ...settings,
        // Under this name the AI SDK keeps this provider's options and metadata.
        name: 'openaiCompatible',
        includeUsage: true,
        supportsStructuredOutputs: true,
      })
      .chatModel(model),
  ),
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
