import { Backend, DeploymentSettings, UpstreamTimeouts } from './backend';
import { BackendKeys } from './backend-keys';

/** One address and key of a backend, chosen for one attempt of one call. */
export interface Deployment {
  /** Unique over all backends; in usage rows and logs. */
  readonly id: string;
  readonly backend: Backend;
  /** Without a trailing slash; empty where the provider needs no address. */
  readonly baseUrl: string;
  /** The provider's name of the model to call. */
  readonly model: string;
  /** The key, looked up when it is asked for; empty for a deployment without one. */
  apiKey(): string;
  readonly timeouts: UpstreamTimeouts;
  /** The configuration; the same object for every call until the file changes. */
  readonly settings: DeploymentSettings;
}

/** The deployment for a call of `model`. A deployment's own model name stands for the backend's own model only. */
export function deploymentFor(
  backend: Backend,
  settings: DeploymentSettings,
  model: string,
  keys: BackendKeys,
): Deployment {
  return {
    id: settings.id,
    backend,
    baseUrl: settings.baseUrl ?? '',
    model: model === backend.model ? (settings.model ?? model) : model,
    apiKey: () => keys.find(settings.apiKeyEnv, settings.id) ?? '',
    timeouts: backend.timeouts,
    settings,
  };
}
