import { createAmazonBedrock } from '@ai-sdk/amazon-bedrock';
import type { LanguageModelV4CallOptions, LanguageModelV4Prompt } from '@ai-sdk/provider';
import { specOf } from '../catalog/backend';
import { Deployment } from '../catalog/deployment';
import { UpstreamError } from '../wire/upstream.error';
import { cachedModels, ModelSettings, Provider, TranslatedProvider } from './provider';

type Credentials = Parameters<typeof createAmazonBedrock>[0];

/** A Bedrock API key, or `<access key id>:<secret access key>[:<session token>]` for signed requests. */
function credentialsOf(key: string): Credentials {
  const [accessKeyId = '', secretAccessKey, sessionToken] = key.split(':');
  if (secretAccessKey === undefined || !/^A[KS]IA/.test(accessKeyId)) return { apiKey: key };
  return { accessKeyId, secretAccessKey, sessionToken };
}

const settingsOf = ({ baseURL, apiKey, fetch }: ModelSettings, region: string | null): Credentials => ({
  ...credentialsOf(apiKey),
  region: region ?? undefined,
  fetch,
  ...(baseURL === '' ? {} : { baseURL }),
});

/** Without a limit Bedrock stops some models after a few hundred tokens. @throws UpstreamError for what it cannot fetch */
function prepare(options: LanguageModelV4CallOptions, { backend, model }: Deployment): LanguageModelV4CallOptions {
  requireInlineFiles(options.prompt);
  return {
    ...options,
    maxOutputTokens: options.maxOutputTokens ?? specOf(backend, model).maxOutputTokens ?? undefined,
  };
}

/** Bedrock fetches nothing but from its own storage. */
function requireInlineFiles(prompt: LanguageModelV4Prompt): void {
  const parts = prompt.flatMap((message) => (message.role === 'user' ? message.content : []));
  const isFetched = parts.some(
    (part) => part.type === 'file' && part.data.type === 'url' && part.data.url.protocol !== 's3:',
  );
  if (!isFetched) return;
  const message = 'takes no picture or file by its address ("image_url", "file_url"): send its bytes as a data URL';
  throw new UpstreamError('upstream_error', message, { status: 400 });
}

const connection: TranslatedProvider = {
  protocol: 'language-model',
  languageModel: cachedModels((settings, { model, settings: { region } }) =>
    createAmazonBedrock(settingsOf(settings, region))(model),
  ),
  prepare,
};

/** Amazon Bedrock's Converse API, https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseStream.html */
export const bedrockProvider: Provider = {
  type: 'bedrock',
  settings: {
    fields: { model: 'required', region: 'optional', base_url: 'optional', api_key_env: 'optional' },
    defaults: { apiKeyEnv: 'AWS_BEARER_TOKEN_BEDROCK', region: 'us-east-1' },
  },
  connect: () => connection,
};
