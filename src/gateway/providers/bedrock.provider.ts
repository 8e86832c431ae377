import type * as AmazonBedrockPackage from '@ai-sdk/amazon-bedrock';
import type { LanguageModelV4CallOptions } from '@ai-sdk/provider';
import { whenNeeded } from '../../common/when-needed';
import { specOf } from '../catalog/backend';
import { Deployment } from '../catalog/deployment';
import { cachedModels, ModelSettings, Provider, TranslatedProvider } from './provider';

const bedrock = whenNeeded<typeof AmazonBedrockPackage>('@ai-sdk/amazon-bedrock');

type Credentials = Parameters<typeof AmazonBedrockPackage.createAmazonBedrock>[0];

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

/** Without a limit Bedrock stops some models after a few hundred tokens. */
function prepare(options: LanguageModelV4CallOptions, { backend, model }: Deployment): LanguageModelV4CallOptions {
  return {
    ...options,
    maxOutputTokens: options.maxOutputTokens ?? specOf(backend, model).maxOutputTokens ?? undefined,
  };
}

const connection: TranslatedProvider = {
  protocol: 'language-model',
  languageModel: cachedModels((settings, { model, settings: { region } }) =>
    bedrock().createAmazonBedrock(settingsOf(settings, region))(model),
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
