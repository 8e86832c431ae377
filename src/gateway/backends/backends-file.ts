import { isSeq, LineCounter, parseDocument } from 'yaml';
import { ConfigError } from '../../config/config.error';
import { Provider } from '../providers/provider';
import { BackendEntry } from './backend-entry';
import { BACKEND_FIELDS, FieldCheck } from './backend-fields';
import { YamlField, YamlPlace } from './yaml-fields';

/** What the file needs to know of the provider table. */
export interface KnownProviders {
  readonly types: readonly string[];
  find(type: string): Provider | undefined;
}

export interface BackendsFile {
  readonly entries: readonly BackendEntry[];
  readonly defaultId: string;
}

const FILE_FIELDS = ['backends', 'default_backend'];
const ENTRY_FIELDS = ['id', 'type', ...Object.keys(BACKEND_FIELDS).filter((name) => name !== 'id')];

/**
 * Reads the text of `llm_backends.yaml`. Without `default_backend` the first entry is the default.
 *
 * @throws ConfigError with path, line, entry and field of the first mistake, and what is allowed there.
 */
export function parseBackendsFile(text: string, path: string, providers: KnownProviders): BackendsFile {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const place = new YamlPlace(path, lines);
  const [mistake] = document.errors;
  if (mistake !== undefined) {
    throw place.error(mistake.linePos?.[0].line ?? 1, `not valid YAML: ${mistake.message.split('\n')[0] ?? ''}`);
  }
  const top = place.fields(document.contents, 'the file', FILE_FIELDS);
  const list = document.get('backends', true);
  if (!isSeq(list) || list.items.length === 0) {
    throw place.error(top.get('backends')?.line ?? 1, '"backends" must be a list with at least one entry');
  }
  const entries = list.items.map((node, index) => new EntryReader(place, providers, node, index).read());
  refuseRepeatedIds(entries, list.items, place);
  return { entries, defaultId: defaultOf(top.get('default_backend'), entries, place) };
}

function refuseRepeatedIds(entries: readonly BackendEntry[], nodes: readonly unknown[], place: YamlPlace): void {
  const seen = new Set<string>();
  entries.forEach(({ id }, index) => {
    if (seen.has(id)) throw place.error(place.lineOf(nodes[index]), `the id "${id}" is used by an earlier backend`);
    seen.add(id);
  });
}

function defaultOf(field: YamlField | undefined, entries: readonly BackendEntry[], place: YamlPlace): string {
  const ids = entries.map(({ id }) => id);
  const chosen = field === undefined ? ids[0] : field.value;
  const known = ids.find((id) => id === chosen);
  if (known !== undefined) return known;
  throw place.error(field?.line ?? 1, `"default_backend" must be one of ${ids.join(', ')}`);
}

/** Reads and checks one entry of the list. */
class EntryReader {
  private readonly what: string;
  private readonly line: number;
  private readonly fields: Map<string, YamlField>;

  constructor(
    private readonly place: YamlPlace,
    private readonly providers: KnownProviders,
    node: unknown,
    index: number,
  ) {
    this.line = place.lineOf(node);
    this.fields = place.fields(node, `entry ${index + 1} of "backends"`, ENTRY_FIELDS);
    const id = this.fields.get('id')?.value;
    this.what = typeof id === 'string' ? `backend "${id}"` : `entry ${index + 1} of "backends"`;
  }

  read(): BackendEntry {
    const provider = this.provider();
    this.checkPresence(provider);
    const id = this.optional('id', BACKEND_FIELDS.id);
    if (id === undefined) throw this.missing('id');
    return {
      id,
      type: provider.type,
      model: this.optional('model', BACKEND_FIELDS.model),
      baseUrl: this.optional('base_url', BACKEND_FIELDS.base_url),
      apiKeyEnv: this.optional('api_key_env', BACKEND_FIELDS.api_key_env),
      displayName: this.optional('display_name', BACKEND_FIELDS.display_name),
      contextWindow: this.optional('context_window', BACKEND_FIELDS.context_window),
      inputModalities: this.optional('input_modalities', BACKEND_FIELDS.input_modalities),
    };
  }

  private provider(): Provider {
    const field = this.fields.get('type');
    if (field === undefined) throw this.missing('type');
    const provider = typeof field.value === 'string' ? this.providers.find(field.value) : undefined;
    if (provider !== undefined) return provider;
    const allowed = this.providers.types.join(', ');
    throw this.place.error(field.line, `${this.what}: "type" is ${show(field.value)}, but must be one of ${allowed}`);
  }

  private checkPresence(provider: Provider): void {
    for (const [name, rule] of Object.entries(provider.settings.fields)) {
      const field = this.fields.get(name);
      if (rule === 'required' && field === undefined) throw this.missing(name, provider.type);
      if (rule === 'forbidden' && field !== undefined) {
        throw this.place.error(field.line, `${this.what}: type ${provider.type} takes no "${name}"`);
      }
    }
  }

  private optional<T>(name: string, check: FieldCheck<T>): T | undefined {
    const field = this.fields.get(name);
    if (field === undefined) return undefined;
    const result = check(field.value);
    if (result.ok) return result.value;
    const was = name === 'api_key_env' ? '' : `is ${show(field.value)}, but `;
    throw this.place.error(field.line, `${this.what}: "${name}" ${was}must be ${result.expected}`);
  }

  private missing(name: string, type?: string): ConfigError {
    const because = type === undefined ? 'is missing' : `is missing; type ${type} needs it`;
    return this.place.error(this.line, `${this.what}: "${name}" ${because}`);
  }
}

/** A value in a message; of a long one, which may be a key in the wrong place, only the start. */
function show(value: unknown): string {
  const text = JSON.stringify(value) ?? 'empty';
  return text.length > 40 ? `${text.slice(0, 12)}..."` : text;
}
