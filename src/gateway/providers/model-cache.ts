import type { LanguageModelV4 } from '@ai-sdk/provider';
import { DeploymentSettings } from '../catalog/backend';
import { Deployment } from '../catalog/deployment';
import { upstreamFetch } from './upstream/upstream-fetch';

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
