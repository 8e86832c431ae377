import { Backend, DeploymentSettings, UpstreamTimeouts } from './backend';
import { BackendKeys } from './backend-keys';
import { BackendEntry } from './backend-schema';
import { DeploymentEntry } from './deployment-schema';
import { ModelEntry, NamedModelEntry } from './model-schema';
import { ModelSpec, NamedModel, Price } from './model-spec';
import { ProviderSettings } from './provider-types';

const DEFAULT_CONTEXT_WINDOW = 128_000;
const DEFAULT_CONNECT_MS = 10_000;
const DEFAULT_MAX_RETRIES = 2;
const DEFAULT_MAX_QUEUE = 100;

export interface BackendDefaults {
  readonly provider: ProviderSettings['defaults'];
  /** Silence that no entry may be more patient than unless it says so, in milliseconds. */
  readonly idleMs: number;
}

/** The backend of a checked entry, with the defaults for what it leaves out. */
export function backendOf(entry: BackendEntry, defaults: BackendDefaults, keys: BackendKeys): Backend {
  const own = specOfEntry(entry, defaults);
  const deployments = deploymentsOf(entry, defaults);
  const [{ baseUrl, apiKeyEnv }] = deployments;
  return {
    id: entry.id,
    type: entry.type,
    ...own,
    baseUrl,
    apiKeyEnv,
    models: (entry.models ?? []).map((model) => namedModelOf(model, own)),
    aliases: entry.aliases ?? [],
    deployments,
    timeouts: timeoutsOf(entry.timeout, defaults.idleMs),
    maxRetries: entry.max_retries ?? DEFAULT_MAX_RETRIES,
    fallbacks: entry.fallbacks ?? [],
    maxConcurrency: entry.max_concurrency ?? null,
    maxQueue: entry.max_queue ?? DEFAULT_MAX_QUEUE,
    get ready() {
      return deployments.some((deployment) => hasKey(deployment, keys));
    },
    get notReadyReason() {
      if (deployments.some((deployment) => hasKey(deployment, keys))) return null;
      return `its key variable ${deployments.map((deployment) => deployment.apiKeyEnv).join(', ')} is not set`;
    },
  };
}

/** Whether the deployment can be called: it needs no key or its key is there. */
export const hasKey = ({ apiKeyEnv, id }: DeploymentSettings, keys: BackendKeys): boolean =>
  apiKeyEnv === null || keys.find(apiKeyEnv, id) !== undefined;

function specOfEntry(entry: BackendEntry, { provider }: BackendDefaults): ModelSpec {
  const model = entry.model ?? provider.model ?? entry.id;
  return { model, ...fieldsOf(entry, { displayName: provider.displayName ?? entry.id }) };
}

/** What a named model does not say is as for its backend; its price may well differ, and is then unknown. */
function namedModelOf(entry: NamedModelEntry, own: ModelSpec): NamedModel {
  const model = entry.model ?? entry.name;
  return {
    name: entry.name,
    aliases: entry.aliases ?? [],
    model,
    ...fieldsOf(entry, { ...own, displayName: `${own.displayName} ${entry.name}`, price: null }),
  };
}

function fieldsOf(
  entry: ModelEntry,
  fallback: Partial<ModelSpec> & Pick<ModelSpec, 'displayName'>,
): Omit<ModelSpec, 'model'> {
  return {
    displayName: entry.display_name ?? fallback.displayName,
    contextWindow: entry.context_window ?? fallback.contextWindow ?? DEFAULT_CONTEXT_WINDOW,
    maxOutputTokens: entry.max_output_tokens ?? fallback.maxOutputTokens ?? null,
    inputModalities: entry.input_modalities ?? fallback.inputModalities ?? ['text', 'image'],
    reasoningLevels: entry.reasoning_levels ?? fallback.reasoningLevels ?? null,
    applyPatch: entry.apply_patch ?? fallback.applyPatch ?? true,
    price: priceOf(entry) ?? fallback.price ?? null,
  };
}

function deploymentsOf(
  entry: BackendEntry,
  { provider }: BackendDefaults,
): [DeploymentSettings, ...DeploymentSettings[]] {
  const of = (deployment: DeploymentEntry, index: number): DeploymentSettings => ({
    id: index === 0 ? entry.id : `${entry.id}#${index + 1}`,
    baseUrl: (addressOf(deployment) ?? addressOf(entry) ?? provider.baseUrl)?.replace(/\/+$/, '') ?? null,
    apiKeyEnv: deployment.api_key_env ?? entry.api_key_env ?? provider.apiKeyEnv ?? null,
    model: deployment.model ?? null,
    apiVersion: deployment.api_version ?? entry.api_version ?? null,
    region: deployment.region ?? entry.region ?? provider.region ?? null,
    weight: deployment.weight ?? 1,
  });
  const [first = {}, ...rest] = entry.deployments ?? [];
  return [of(first, 0), ...rest.map((deployment, index) => of(deployment, index + 1))];
}

const addressOf = (entry: DeploymentEntry): string | undefined => entry.base_url ?? entry.azure_endpoint;

/** Tokens from the cache cost as much as others where the file does not say. */
const priceOf = ({ price }: ModelEntry): Price | undefined =>
  price && { ...price, cached: price.cached ?? price.input };

function timeoutsOf(given: BackendEntry['timeout'] = {}, defaultIdleMs: number): UpstreamTimeouts {
  const idleMs = milliseconds(given.idle) ?? defaultIdleMs;
  return {
    connectMs: milliseconds(given.connect) ?? DEFAULT_CONNECT_MS,
    firstByteMs: milliseconds(given.first_byte) ?? idleMs,
    idleMs,
  };
}

const milliseconds = (seconds?: number): number | undefined =>
  seconds === undefined ? undefined : Math.ceil(seconds * 1000);
