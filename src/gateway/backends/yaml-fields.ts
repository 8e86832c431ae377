import { isMap, isNode, isScalar, isSeq, LineCounter, YAMLMap } from 'yaml';
import { ConfigError } from '../../config/config.error';

/** One field of a mapping: its value in plain JavaScript and the line it stands on. */
export interface YamlField {
  readonly value: unknown;
  readonly line: number;
  /** The value as the parser knows it, for what has fields of its own. */
  readonly node: unknown;
}

/** Error messages that say file and line. */
export class YamlPlace {
  constructor(
    private readonly path: string,
    private readonly lines: LineCounter,
  ) {}

  error(line: number, problem: string): ConfigError {
    return new ConfigError(`${this.path}:${line}: ${problem}`);
  }

  /** Line, counted from 1, of a node; 1 for what has no place in the text. */
  lineOf(node: unknown): number {
    return isNode(node) && node.range ? this.lines.linePos(node.range[0]).line : 1;
  }

  /**
   * The fields of a mapping by name.
   *
   * @throws ConfigError for a node that is no mapping and for a field that is not in `allowed`.
   */
  fields(node: unknown, what: string, allowed: readonly string[]): Map<string, YamlField> {
    if (!isMap(node))
      throw this.error(this.lineOf(node), `${what} must be a mapping with the fields ${allowed.join(', ')}`);
    return new Map(node.items.map((pair) => this.field(pair, what, allowed)));
  }

  /** The entries of a list. @throws ConfigError for a node that is no list, or an empty one. */
  entries(node: unknown, line: number, what: string): readonly unknown[] {
    if (isSeq(node) && node.items.length > 0) return node.items;
    throw this.error(line, `${what} must be a list with at least one entry`);
  }

  private field(pair: YAMLMap['items'][number], what: string, allowed: readonly string[]): [string, YamlField] {
    const line = this.lineOf(pair.key);
    const name = isScalar(pair.key) ? String(pair.key.value) : '?';
    if (!allowed.includes(name)) {
      throw this.error(line, `${what} has the unknown field "${name}"; allowed are ${allowed.join(', ')}`);
    }
    return [name, { value: isNode(pair.value) ? pair.value.toJSON() : pair.value, line, node: pair.value }];
  }
}
