import { createGoogle } from '@ai-sdk/google';
import type { LanguageModelV4CallOptions } from '@ai-sdk/provider';
import { specOf } from '../catalog/backend';
import { Deployment } from '../catalog/deployment';
import { cachedModels, Provider, TranslatedProvider } from './provider';

/** Models that think; others answer 400 to any thinking configuration. */
const THINKING = /gemini-(2\.5|[3-9])/;

/** Thoughts are shown only when asked for. */
function prepare(options: LanguageModelV4CallOptions, { backend, model }: Deployment): LanguageModelV4CallOptions {
  const thinks = specOf(backend, model).reasoningLevels?.length ?? THINKING.test(model);
  if (!thinks) return options;
  const google = { thinkingConfig: { includeThoughts: true } };
  return { ...options, providerOptions: { ...options.providerOptions, google } };
}

const connection: TranslatedProvider = {
  protocol: 'language-model',
  languageModel: cachedModels((settings, { model }) => createGoogle(settings)(model)),
  prepare,
};

/** Gemini, https://ai.google.dev/api/generate-content */
export const googleProvider: Provider = {
  type: 'google',
  settings: {
    fields: { model: 'required', base_url: 'optional', api_key_env: 'optional' },
    defaults: { baseUrl: 'https://generativelanguage.googleapis.com/v1beta', apiKeyEnv: 'GEMINI_API_KEY' },
  },
  connect: () => connection,
};
