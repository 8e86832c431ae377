import type * as OpenAICompatiblePackage from '@ai-sdk/openai-compatible';
import { whenNeeded } from '../../common/when-needed';
import { Deployment } from '../catalog/deployment';
import { cachedModels, NativeProvider, OpenAiEndpoint, Provider, TranslatedProvider } from './provider';

const compatible = whenNeeded<typeof OpenAICompatiblePackage>('@ai-sdk/openai-compatible');

/**
 * Azure OpenAI. `api_version` decides how it is spoken to: `v1`, `preview` or none is the v1 API with the Responses API
 * passed through; a date is an API version of the older kind, with the Responses API from 2025-03-01-preview on and
 * chat completions of the deployment before (https://learn.microsoft.com/azure/ai-foundry/openai/reference).
 */
export const azureProvider: Provider = {
  type: 'azure',
  settings: {
    fields: { model: 'required', azure_endpoint: 'required', api_version: 'optional', api_key_env: 'optional' },
    defaults: { apiKeyEnv: 'AZURE_OPENAI_API_KEY' },
  },
  connect: ({ settings }) => (hasResponses(settings.apiVersion) ? native : completions),
};

const FIRST_WITH_RESPONSES = '2025-03-01';

const hasResponses = (version: string | null): boolean => !isDated(version) || version >= FIRST_WITH_RESPONSES;
const isDated = (version: string | null): version is string => version !== null && /^\d{4}-/.test(version);

/** The seed of many configurations ends in a slash or in `/openai`. */
const endpointOf = ({ baseUrl }: Deployment): string => baseUrl.replace(/\/openai(\/v1)?$/, '');

function address(deployment: Deployment, path: 'responses' | 'chat/completions'): string {
  const { apiVersion } = deployment.settings;
  const root = `${endpointOf(deployment)}/openai`;
  if (!isDated(apiVersion)) return `${root}/v1/${path}${apiVersion === 'preview' ? '?api-version=preview' : ''}`;
  const query = `?api-version=${encodeURIComponent(apiVersion)}`;
  if (path === 'responses') return `${root}/responses${query}`;
  return `${root}/deployments/${encodeURIComponent(deployment.model)}/${path}${query}`;
}

const endpoint = (deployment: Deployment, path: 'responses' | 'chat/completions'): OpenAiEndpoint => ({
  url: address(deployment, path),
  headers: { 'api-key': deployment.apiKey() },
});

const chatCompletions = (deployment: Deployment): OpenAiEndpoint => endpoint(deployment, 'chat/completions');

const native: NativeProvider = {
  protocol: 'responses',
  responses: (deployment) => endpoint(deployment, 'responses'),
  chatCompletions,
};

const completions: TranslatedProvider = {
  protocol: 'language-model',
  languageModel: cachedModels(({ fetch }, deployment) =>
    compatible()
      .createOpenAICompatible({
        name: 'openaiCompatible',
        baseURL: `${endpointOf(deployment)}/openai/deployments/${encodeURIComponent(deployment.model)}`,
        queryParams: { 'api-version': deployment.settings.apiVersion ?? '' },
        headers: { 'api-key': deployment.apiKey() },
        fetch,
        includeUsage: true,
        supportsStructuredOutputs: true,
      })
      .chatModel(deployment.model),
  ),
  chatCompletions,
};
