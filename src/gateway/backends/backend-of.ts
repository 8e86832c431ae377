import { ProviderSettings } from '../providers/provider';
import { Backend, DeploymentSettings, UpstreamTimeouts } from './backend';
import { BackendEntry, DeploymentEntry, ModelEntry, NamedModelEntry } from './backend-entry';
import { BackendKeys } from './backend-keys';
import { ModelSpec, NamedModel } from './model-spec';

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
    timeouts: timeoutsOf(entry.timeouts, defaults.idleMs),
    maxRetries: entry.maxRetries ?? DEFAULT_MAX_RETRIES,
    fallbacks: entry.fallbacks ?? [],
    maxConcurrency: entry.maxConcurrency ?? null,
    maxQueue: entry.maxQueue ?? DEFAULT_MAX_QUEUE,
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
    displayName: entry.displayName ?? fallback.displayName,
    contextWindow: entry.contextWindow ?? fallback.contextWindow ?? DEFAULT_CONTEXT_WINDOW,
    maxOutputTokens: entry.maxOutputTokens ?? fallback.maxOutputTokens ?? null,
    inputModalities: entry.inputModalities ?? fallback.inputModalities ?? ['text', 'image'],
    reasoningLevels: entry.reasoningLevels ?? fallback.reasoningLevels ?? null,
    applyPatch: entry.applyPatch ?? fallback.applyPatch ?? true,
    price: entry.price ?? fallback.price ?? null,
  };
}

function deploymentsOf(
  entry: BackendEntry,
  { provider }: BackendDefaults,
): [DeploymentSettings, ...DeploymentSettings[]] {
  const of = (deployment: DeploymentEntry, index: number): DeploymentSettings => ({
    id: index === 0 ? entry.id : `${entry.id}#${index + 1}`,
    baseUrl: (deployment.baseUrl ?? entry.baseUrl ?? provider.baseUrl)?.replace(/\/+$/, '') ?? null,
    apiKeyEnv: deployment.apiKeyEnv ?? entry.apiKeyEnv ?? provider.apiKeyEnv ?? null,
    model: deployment.model ?? null,
    apiVersion: deployment.apiVersion ?? entry.apiVersion ?? null,
    region: deployment.region ?? entry.region ?? provider.region ?? null,
    weight: deployment.weight ?? 1,
  });
  const [first = {}, ...rest] = entry.deployments ?? [];
  return [of(first, 0), ...rest.map((deployment, index) => of(deployment, index + 1))];
}

function timeoutsOf(given: Partial<UpstreamTimeouts> = {}, idleMs: number): UpstreamTimeouts {
  return {
    connectMs: given.connectMs ?? DEFAULT_CONNECT_MS,
    firstByteMs: given.firstByteMs ?? given.idleMs ?? idleMs,
    idleMs: given.idleMs ?? idleMs,
  };
}
