import type * as DeepSeekPackage from '@ai-sdk/deepseek';
import type { LanguageModelV4CallOptions } from '@ai-sdk/provider';
import { whenNeeded } from '../../common/when-needed';
import { Deployment } from '../catalog/deployment';
import { cachedModels, openAiCompletions, Provider, TranslatedProvider } from './provider';

const deepseek = whenNeeded<typeof DeepSeekPackage>('@ai-sdk/deepseek');

/**
 * Its beta address alone holds arguments to their schema to the letter; elsewhere the AI SDK refuses a tool that asks for it, as
 * those of OpenAI's own clients do.
 */
function withoutStrictTools(
  { tools, ...options }: LanguageModelV4CallOptions,
  { baseUrl }: Deployment,
): LanguageModelV4CallOptions {
  const isBeta = /\/beta\/?$/.test(baseUrl);
  const loose = tools?.map((tool) => (tool.type === 'function' && !isBeta ? { ...tool, strict: undefined } : tool));
  return loose === undefined ? options : { ...options, tools: loose };
}

const connection: TranslatedProvider = {
  protocol: 'language-model',
  languageModel: cachedModels((settings, { model }) => deepseek().createDeepSeek(settings)(model)),
  chatCompletions: openAiCompletions,
  prepare: withoutStrictTools,
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
