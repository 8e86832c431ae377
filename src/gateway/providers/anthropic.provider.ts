import type * as AnthropicPackage from '@ai-sdk/anthropic';
import type { LanguageModelV4CallOptions, LanguageModelV4Prompt, SharedV4ProviderOptions } from '@ai-sdk/provider';
import { whenNeeded } from '../../common/when-needed';
import { specOf } from '../catalog/backend';
import { Deployment } from '../catalog/deployment';
import { cachedModels, Provider, TranslatedProvider } from './provider';

const anthropic = whenNeeded<typeof AnthropicPackage>('@ai-sdk/anthropic');

/** Anthropic wants a limit with every request; enough for a long answer of any model that is still served. */
const DEFAULT_MAX_OUTPUT_TOKENS = 32_000;

const CACHED: SharedV4ProviderOptions = { anthropic: { cacheControl: { type: 'ephemeral' } } };

/** The prompt with the two marks up to which Anthropic keeps it: the system message, and the end of the history. */
function withCacheMarks(prompt: LanguageModelV4Prompt): LanguageModelV4Prompt {
  return prompt.map((message, index) =>
    message.role === 'system' || index === prompt.length - 1
      ? { ...message, providerOptions: { ...message.providerOptions, ...CACHED } }
      : message,
  );
}

/** Caching is Anthropic's to be asked for; so is the length of an answer. */
function prepare(options: LanguageModelV4CallOptions, { backend, model }: Deployment): LanguageModelV4CallOptions {
  return {
    ...options,
    prompt: withCacheMarks(options.prompt),
    maxOutputTokens: options.maxOutputTokens ?? specOf(backend, model).maxOutputTokens ?? DEFAULT_MAX_OUTPUT_TOKENS,
  };
}

const connection: TranslatedProvider = {
  protocol: 'language-model',
  languageModel: cachedModels((settings, { model }) => anthropic().createAnthropic(settings)(model)),
  prepare,
};

/** https://docs.claude.com/en/api/messages */
export const anthropicProvider: Provider = {
  type: 'anthropic',
  settings: {
    fields: { model: 'required', base_url: 'optional', api_key_env: 'optional' },
    defaults: { baseUrl: 'https://api.anthropic.com/v1', apiKeyEnv: 'ANTHROPIC_API_KEY' },
  },
  connect: () => connection,
};
