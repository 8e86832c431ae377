import { FIELD_NAMES, FieldName, fieldRule, Provider } from '../providers/provider';
import { UpstreamTimeouts } from './backend';
import { AddressEntry, BackendEntry, DeploymentEntry, ModelEntry, NamedModelEntry } from './backend-entry';
import {
  ADDRESS_FIELDS,
  BACKEND_FIELDS,
  DEPLOYMENT_FIELDS,
  MODEL_FIELDS,
  NAMED_MODEL_FIELDS,
  PRICE_FIELDS,
  TIMEOUT_FIELDS,
} from './backend-fields';
import { MappingReader } from './mapping-reader';
import { Price } from './model-spec';
import { YamlPlace } from './yaml-fields';

/** What the file needs to know of the provider table. */
export interface KnownProviders {
  readonly types: readonly string[];
  find(type: string): Provider | undefined;
}

const OF_MODEL = [...Object.keys(MODEL_FIELDS), 'price'];
const OF_ADDRESS = Object.keys(ADDRESS_FIELDS);
const { id: ID, ...REST } = BACKEND_FIELDS;
const ENTRY_FIELDS = [
  'id',
  'type',
  ...OF_MODEL,
  ...OF_ADDRESS,
  'models',
  'deployments',
  'timeout',
  ...Object.keys(REST),
];

/**
 * Reads one entry of `backends`.
 *
 * @throws ConfigError with path, line, entry and field of the first mistake, and what is allowed there.
 */
export function readEntry(node: unknown, index: number, place: YamlPlace, providers: KnownProviders): BackendEntry {
  const fields = new MappingReader(place, node, `entry ${index + 1} of "backends"`, ENTRY_FIELDS);
  const named = fields.get('id')?.value;
  if (typeof named === 'string') fields.what = `backend "${named}"`;
  const { type, settings } = providerOf(fields, providers);
  for (const name of FIELD_NAMES) {
    const rule = fieldRule(settings, name);
    if (rule === 'required' && isMissing(fields, name)) throw fields.missing(name, type);
    if (rule === 'forbidden') refuse(fields, name, type);
  }
  return {
    id: fields.required('id', ID),
    type,
    ...readModel(fields),
    ...readAddress(fields),
    models: fields.list('models', ['name', ...OF_MODEL])?.map(readNamedModel),
    deployments: deployments(fields)?.map(readDeployment),
    timeouts: readTimeouts(fields.mapping('timeout', Object.keys(TIMEOUT_FIELDS))),
    maxRetries: fields.optional('max_retries', REST.max_retries),
    fallbacks: fields.optional('fallbacks', REST.fallbacks),
    maxConcurrency: fields.optional('max_concurrency', REST.max_concurrency),
    maxQueue: fields.optional('max_queue', REST.max_queue),
  };
}

const deployments = (fields: MappingReader): MappingReader[] | undefined =>
  fields.list('deployments', ['model', 'weight', ...OF_ADDRESS]);

function providerOf(fields: MappingReader, providers: KnownProviders): Provider {
  const field = fields.get('type');
  if (field === undefined) throw fields.missing('type');
  const provider = typeof field.value === 'string' ? providers.find(field.value) : undefined;
  if (provider !== undefined) return provider;
  throw fields.wrong('type', `is ${JSON.stringify(field.value)}, but must be one of ${providers.types.join(', ')}`);
}

/** An address may stand at the entry or at each of its deployments. */
function isMissing(fields: MappingReader, name: FieldName): boolean {
  if (fields.get(name) !== undefined) return false;
  const places = name === 'model' ? undefined : deployments(fields);
  return places === undefined || places.some((place) => place.get(name) === undefined);
}

function refuse(fields: MappingReader, name: FieldName, type: string): void {
  for (const place of [fields, ...(deployments(fields) ?? [])]) {
    if (place.get(name) !== undefined) throw place.forbidden(name, type);
  }
}

function readModel(fields: MappingReader): ModelEntry {
  return {
    model: fields.optional('model', MODEL_FIELDS.model),
    displayName: fields.optional('display_name', MODEL_FIELDS.display_name),
    aliases: fields.optional('aliases', MODEL_FIELDS.aliases),
    contextWindow: fields.optional('context_window', MODEL_FIELDS.context_window),
    maxOutputTokens: fields.optional('max_output_tokens', MODEL_FIELDS.max_output_tokens),
    inputModalities: fields.optional('input_modalities', MODEL_FIELDS.input_modalities),
    reasoningLevels: fields.optional('reasoning_levels', MODEL_FIELDS.reasoning_levels),
    applyPatch: fields.optional('apply_patch', MODEL_FIELDS.apply_patch),
    price: readPrice(fields.mapping('price', Object.keys(PRICE_FIELDS))),
  };
}

const readNamedModel = (fields: MappingReader): NamedModelEntry => ({
  name: fields.required('name', NAMED_MODEL_FIELDS.name),
  ...readModel(fields),
});

function readAddress(fields: MappingReader): AddressEntry {
  return {
    baseUrl:
      fields.optional('base_url', ADDRESS_FIELDS.base_url) ??
      fields.optional('azure_endpoint', ADDRESS_FIELDS.azure_endpoint),
    apiKeyEnv: fields.optional('api_key_env', ADDRESS_FIELDS.api_key_env),
    apiVersion: fields.optional('api_version', ADDRESS_FIELDS.api_version),
    region: fields.optional('region', ADDRESS_FIELDS.region),
  };
}

const readDeployment = (fields: MappingReader): DeploymentEntry => ({
  ...readAddress(fields),
  model: fields.optional('model', MODEL_FIELDS.model),
  weight: fields.optional('weight', DEPLOYMENT_FIELDS.weight),
});

/** Tokens from the cache cost as much as others where the file does not say. */
function readPrice(fields: MappingReader | undefined): Price | undefined {
  if (fields === undefined) return undefined;
  const input = fields.required('input', PRICE_FIELDS.input);
  const cached = fields.optional('cached', PRICE_FIELDS.cached) ?? input;
  return { input, cached, output: fields.required('output', PRICE_FIELDS.output) };
}

function readTimeouts(fields: MappingReader | undefined): Partial<UpstreamTimeouts> | undefined {
  if (fields === undefined) return undefined;
  const milliseconds = (name: keyof typeof TIMEOUT_FIELDS): number | undefined => {
    const seconds = fields.optional(name, TIMEOUT_FIELDS[name]);
    return seconds === undefined ? undefined : Math.ceil(seconds * 1000);
  };
  return { connectMs: milliseconds('connect'), firstByteMs: milliseconds('first_byte'), idleMs: milliseconds('idle') };
}
