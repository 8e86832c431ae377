import { LineCounter, parseDocument } from 'yaml';
import { BackendEntry } from './backend-entry';
import { KnownProviders, readEntry } from './entry-reader';
import { YamlField, YamlPlace } from './yaml-fields';

export type { KnownProviders } from './entry-reader';

export interface BackendsFile {
  readonly entries: readonly BackendEntry[];
  readonly defaultId: string;
}

const FILE_FIELDS = ['backends', 'default_backend'];

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
  const list = top.get('backends');
  const nodes = place.entries(list?.node, list?.line ?? 1, '"backends"');
  const entries = nodes.map((node, index) => readEntry(node, index, place, providers));
  new NameCheck(entries, nodes, place).run();
  return { entries, defaultId: defaultOf(top.get('default_backend'), entries, place) };
}

function defaultOf(field: YamlField | undefined, entries: readonly BackendEntry[], place: YamlPlace): string {
  const ids = entries.map(({ id }) => id);
  const chosen = field === undefined ? ids[0] : field.value;
  const known = ids.find((id) => id === chosen);
  if (known !== undefined) return known;
  throw place.error(field?.line ?? 1, `"default_backend" must be one of ${ids.join(', ')}`);
}

/** Refuses names that mean two things, and fallbacks that mean none. */
class NameCheck {
  private readonly ids = new Set<string>();
  private readonly aliases = new Set<string>();

  constructor(
    private readonly entries: readonly BackendEntry[],
    private readonly nodes: readonly unknown[],
    private readonly place: YamlPlace,
  ) {}

  run(): void {
    this.each((entry, line) => {
      if (this.ids.has(entry.id)) throw this.place.error(line, `the id "${entry.id}" is used by an earlier backend`);
      this.ids.add(entry.id);
    });
    this.each((entry, line) => {
      this.checkAliases(entry, line);
      this.checkModels(entry, line);
      this.checkFallbacks(entry, line);
    });
  }

  private checkAliases({ id, aliases = [], models = [] }: BackendEntry, line: number): void {
    for (const alias of [...aliases, ...models.flatMap((model) => model.aliases ?? [])]) {
      const owner = this.ids.has(alias) ? 'is the id of a backend' : 'is used twice';
      if (this.ids.has(alias) || this.aliases.has(alias)) {
        throw this.place.error(line, `backend "${id}": the alias "${alias}" ${owner}`);
      }
      this.aliases.add(alias);
    }
  }

  private checkModels({ id, models = [] }: BackendEntry, line: number): void {
    const names = models.map(({ name }) => name);
    const twice = names.find((name, index) => names.indexOf(name) !== index);
    if (twice !== undefined) throw this.place.error(line, `backend "${id}": the model "${twice}" is named twice`);
  }

  private checkFallbacks({ id, fallbacks = [] }: BackendEntry, line: number): void {
    const wrong = fallbacks.find((other) => other === id || !this.ids.has(other));
    if (wrong === undefined) return;
    const others = [...this.ids].filter((other) => other !== id).join(', ') || 'none here';
    throw this.place.error(line, `backend "${id}": "fallbacks" names "${wrong}", but must be of ${others}`);
  }

  private each(visit: (entry: BackendEntry, line: number) => void): void {
    this.entries.forEach((entry, index) => visit(entry, this.place.lineOf(this.nodes[index])));
  }
}
