import type { LanguageModelV4, LanguageModelV4CallOptions, SharedV4ProviderOptions } from '@ai-sdk/provider';
import { DeploymentSettings } from '../catalog/backend';
import { Deployment } from '../catalog/deployment';
import { ProviderType } from '../catalog/provider-types';
import { JsonObject } from '../wire/json';
import { upstreamFetch } from './upstream/upstream-fetch';

/** An address of OpenAI's own protocol, with what authorises the call. */
export interface OpenAiEndpoint {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** A provider that speaks the Responses API itself: requests and answers are passed through. */
export interface NativeProvider {
  readonly protocol: 'responses';
  readonly responses: (deployment: Deployment) => OpenAiEndpoint;
  /** Where the same provider takes chat completions. */
  readonly chatCompletions: (deployment: Deployment) => OpenAiEndpoint;
}

/** What a request says that each provider has its own option for. */
export interface RequestTraits {
  readonly oneCallAtATime: boolean;
  /** The JSON schema that the answer is to fit, as `text.format` has it; undefined for none. */
  readonly schemaFormat?: JsonObject;
  /** Whether it is to fit to the letter, which restricts what a schema may say: only if the client says so. */
  readonly strictSchema: boolean;
}

/** A provider that is reached through an AI SDK language model: requests and answers are translated. */
export interface TranslatedProvider {
  readonly protocol: 'language-model';
  /** The model to call. */
  readonly languageModel: (deployment: Deployment) => LanguageModelV4;
  /** The options that the AI SDK's provider has for a request, beyond those of its dialect. */
  readonly providerOptions?: (traits: RequestTraits) => SharedV4ProviderOptions;
  /** Last changes to a call that only this provider needs. */
  readonly prepare?: (
    options: LanguageModelV4CallOptions,
    deployment: Deployment,
    traits: RequestTraits,
  ) => LanguageModelV4CallOptions;
  /** Where the provider takes chat completions as OpenAI defines them; left out: it does not. */
  readonly chatCompletions?: (deployment: Deployment) => OpenAiEndpoint;
}

/** How one backend is spoken to. */
export type Connection = NativeProvider | TranslatedProvider;

/** A value of `type` in `llm_backends.yaml`. */
export interface Provider extends ProviderType {
  /** How a deployment of this provider is spoken to: mostly one way, for Azure by its API version. */
  readonly connect: (deployment: Pick<Deployment, 'settings'>) => Connection;
}

/** Bearer authorisation, unless there is no key. */
export const bearer = (apiKey: string): Record<string, string> =>
  apiKey === '' ? {} : { authorization: `Bearer ${apiKey}` };

/** The chat completions of a server that follows OpenAI's paths. */
export const openAiCompletions = (deployment: Deployment): OpenAiEndpoint => ({
  url: `${deployment.baseUrl}/chat/completions`,
  headers: bearer(deployment.apiKey()),
});

/** Models kept per deployment; a request may name any. */
const MAX_MODELS = 100;

/** What an AI SDK provider is made with. */
export interface ModelSettings {
  readonly baseURL: string;
  readonly apiKey: string;
  readonly fetch: typeof fetch;
}

type Create = (settings: ModelSettings, deployment: Deployment) => LanguageModelV4;

interface Cached {
  readonly apiKey: string;
  readonly model: LanguageModelV4;
}

/**
 * Keeps the AI SDK's model objects: each one builds its validation schemas anew, which costs more than a whole short
 * answer (measured). A changed key or a reloaded deployment gets a new one.
 */
export function cachedModels(create: Create): (deployment: Deployment) => LanguageModelV4 {
  const byDeployment = new WeakMap<DeploymentSettings, Map<string, Cached>>();
  return (deployment) => {
    const models = byDeployment.get(deployment.settings) ?? new Map<string, Cached>();
    byDeployment.set(deployment.settings, models);
    const apiKey = deployment.apiKey();
    const known = models.get(deployment.model);
    if (known?.apiKey === apiKey) return known.model;
    if (models.size >= MAX_MODELS) models.clear();
    const fetch = upstreamFetch(deployment.timeouts, { takesEvents: true });
    const settings = { baseURL: deployment.baseUrl, apiKey, fetch };
    const model = create(settings, deployment);
    models.set(deployment.model, { apiKey, model });
    return model;
  };
}
