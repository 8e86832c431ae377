import type * as GooglePackage from '@ai-sdk/google';
import type { LanguageModelV4CallOptions, LanguageModelV4Prompt } from '@ai-sdk/provider';
import { whenNeeded } from '../../common/when-needed';
import { specOf } from '../catalog/backend';
import { Deployment } from '../catalog/deployment';
import { entryOf } from '../wire/json';
import { cachedModels, Provider, TranslatedProvider } from './provider';
import { withExactNumbers } from './google-numbers';
import { ContentPart } from './translation/prompt-content';

const google = whenNeeded<typeof GooglePackage>('@ai-sdk/google');

/** Models that think; others answer 400 to any thinking configuration. */
const THINKING = /gemini-(2\.5|[3-9])/;

/** By the end of an address; Gemini wants a full media type, and looks at what it gets itself. */
const MEDIA_TYPES: Readonly<Record<string, string>> = {
  png: 'image/png',
  webp: 'image/webp',
  gif: 'image/gif',
  heic: 'image/heic',
  heif: 'image/heif',
};
const DEFAULT_MEDIA_TYPE = 'image/jpeg';

/** A picture by its address has no media type of its own. */
function withMediaType(part: ContentPart): ContentPart {
  if (part.type !== 'file' || part.mediaType !== 'image' || part.data.type !== 'url') return part;
  const [, extension = ''] = /\.(\w+)$/.exec(part.data.url.pathname) ?? [];
  return { ...part, mediaType: entryOf(MEDIA_TYPES, extension.toLowerCase()) ?? DEFAULT_MEDIA_TYPE };
}

const withMediaTypes = (prompt: LanguageModelV4Prompt): LanguageModelV4Prompt =>
  prompt.map((message) =>
    message.role === 'user' ? { ...message, content: message.content.map(withMediaType) } : message,
  );

/** Thoughts are shown only when asked for. */
function prepare(given: LanguageModelV4CallOptions, { backend, model }: Deployment): LanguageModelV4CallOptions {
  const options = { ...given, prompt: withMediaTypes(given.prompt) };
  const thinks = specOf(backend, model).reasoningLevels?.length ?? THINKING.test(model);
  if (!thinks) return options;
  const google = { thinkingConfig: { includeThoughts: true } };
  return { ...options, providerOptions: { ...options.providerOptions, google } };
}

const connection: TranslatedProvider = {
  protocol: 'language-model',
  languageModel: cachedModels((settings, { model }) =>
    google().createGoogle({ ...settings, fetch: withExactNumbers(settings.fetch) })(model),
  ),
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
