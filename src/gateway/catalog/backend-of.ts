import { Backend, DeploymentSettings, UpstreamTimeouts } from './backend';
import { BackendKeys } from './backend-keys';
import { BackendEntry } from './backend-schema';
import { DeploymentEntry } from './deployment-schema';
import { ModelFacts } from './known-models';
import { ModelEntry, NamedModelEntry, priceOf } from './model-schema';
import { ModelSpec, NamedModel } from './model-spec';
import { ProviderSettings } from './provider-types';

const DEFAULT_CONTEXT_WINDOW = 128_000;
const DEFAULT_CONNECT_MS = 10_000;
const DEFAULT_MAX_RETRIES = 2;
const DEFAULT_MAX_QUEUE = 100;

export interface BackendDefaults {
  readonly provider: ProviderSettings['defaults'];
  /** Silence that no entry may be more patient than unless it says so, in milliseconds. */
  readonly idleMs: number;
  /** What is known of a model by the provider's name of it; left out: nothing of any. */
  readonly factsOf?: (model: string) => ModelFacts;
}

const NOTHING_KNOWN = (): ModelFacts => ({});

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
    models: (entry.models ?? []).map((model) => namedModelOf(model, entry, own, defaults)),
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
    specOfOther: (model) => otherModelOf(model, entry, own, defaults),
  };
}

/** Whether the deployment can be called: it needs no key or its key is there. */
export const hasKey = ({ apiKeyEnv, id }: DeploymentSettings, keys: BackendKeys): boolean =>
  apiKeyEnv === null || keys.find(apiKeyEnv, id) !== undefined;

function specOfEntry(entry: BackendEntry, { provider, factsOf = NOTHING_KNOWN }: BackendDefaults): ModelSpec {
  const model = entry.model ?? provider.model ?? entry.id;
  return { model, ...fieldsOf(entry, factsOf(model), provider.displayName ?? entry.id) };
}

/** What a named model does not say is as its backend's entry says; its price may well differ, and is not taken from there. */
function namedModelOf(
  entry: NamedModelEntry,
  backend: BackendEntry,
  own: ModelSpec,
  { factsOf = NOTHING_KNOWN }: BackendDefaults,
): NamedModel {
  const model = entry.model ?? entry.name;
  const written = { ...backend, display_name: undefined, price: undefined, ...entry };
  const fields = fieldsOf(written, factsOf(model), `${own.displayName} ${entry.name}`);
  return { name: entry.name, aliases: entry.aliases ?? [], model, ...fields };
}

/** As its backend's entry says, but for a price of its own where one is known. */
function otherModelOf(
  model: string,
  backend: BackendEntry,
  own: ModelSpec,
  { factsOf = NOTHING_KNOWN }: BackendDefaults,
): ModelSpec {
  const facts = factsOf(model);
  const price = facts.price === undefined ? backend.price : undefined;
  return { model, ...fieldsOf({ ...backend, price }, facts, own.displayName) };
}

/** What the file says goes before what is known of the model, and that before the defaults. */
function fieldsOf(entry: ModelEntry, facts: ModelFacts, displayName: string): Omit<ModelSpec, 'model'> {
  return {
    displayName: entry.display_name ?? displayName,
    contextWindow: entry.context_window ?? facts.contextWindow ?? DEFAULT_CONTEXT_WINDOW,
    contextWindowFrom: windowSource(entry, facts),
    maxOutputTokens: entry.max_output_tokens ?? facts.maxOutputTokens ?? null,
    inputModalities: entry.input_modalities ?? facts.inputModalities ?? ['text', 'image'],
    reasoningLevels: entry.reasoning_levels ?? facts.reasoningLevels ?? null,
    applyPatch: entry.apply_patch ?? true,
    price: priceOf(entry) ?? facts.price ?? null,
  };
}

function windowSource(entry: ModelEntry, facts: ModelFacts): ModelSpec['contextWindowFrom'] {
  if (entry.context_window !== undefined) return 'file';
  return facts.contextWindow === undefined ? 'default' : 'models';
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
