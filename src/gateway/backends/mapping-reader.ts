import { ConfigError } from '../../config/config.error';
import { FieldCheck } from './backend-fields';
import { YamlField, YamlPlace } from './yaml-fields';

/** Fields whose wrong value may be a key, and is not repeated. */
const SECRET = new Set(['api_key_env']);

/** Reads and checks the fields of one mapping. */
export class MappingReader {
  private readonly fields: Map<string, YamlField>;
  private readonly line: number;

  /** @throws ConfigError for a node that is no mapping and for a field that is not in `allowed`. */
  constructor(
    private readonly place: YamlPlace,
    node: unknown,
    /** How messages call the mapping. */
    public what: string,
    allowed: readonly string[],
  ) {
    this.line = place.lineOf(node);
    this.fields = place.fields(node, what, allowed);
  }

  get(name: string): YamlField | undefined {
    return this.fields.get(name);
  }

  /** @throws ConfigError for a value that the check refuses. */
  optional<T>(name: string, check: FieldCheck<T>): T | undefined {
    const field = this.fields.get(name);
    if (field === undefined) return undefined;
    const result = check(field.value);
    if (result.ok) return result.value;
    const was = SECRET.has(name) ? '' : `is ${show(field.value)}, but `;
    throw this.wrong(name, `${was}must be ${result.expected}`);
  }

  required<T>(name: string, check: FieldCheck<T>): T {
    const value = this.optional(name, check);
    if (value === undefined) throw this.missing(name);
    return value;
  }

  /** The mapping under a field. */
  mapping(name: string, allowed: readonly string[]): MappingReader | undefined {
    const field = this.fields.get(name);
    return field && new MappingReader(this.place, field.node, `${this.what}: "${name}"`, allowed);
  }

  /** The mappings in the list under a field. */
  list(name: string, allowed: readonly string[]): MappingReader[] | undefined {
    const field = this.fields.get(name);
    if (field === undefined) return undefined;
    const nodes = this.place.entries(field.node, field.line, `${this.what}: "${name}"`);
    return nodes.map(
      (node, index) => new MappingReader(this.place, node, `${this.what}: entry ${index + 1} of "${name}"`, allowed),
    );
  }

  wrong(name: string, problem: string): ConfigError {
    return this.place.error(this.fields.get(name)?.line ?? this.line, `${this.what}: "${name}" ${problem}`);
  }

  missing(name: string, type?: string): ConfigError {
    const because = type === undefined ? 'is missing' : `is missing; type ${type} needs it`;
    return this.place.error(this.line, `${this.what}: "${name}" ${because}`);
  }

  forbidden(name: string, type: string): ConfigError {
    return this.place.error(this.fields.get(name)?.line ?? this.line, `${this.what}: type ${type} takes no "${name}"`);
  }
}

/** A value in a message; of a long one, which may be a key in the wrong place, only the start. */
function show(value: unknown): string {
  const text = JSON.stringify(value) ?? 'empty';
  return text.length > 40 ? `${text.slice(0, 12)}..."` : text;
}
