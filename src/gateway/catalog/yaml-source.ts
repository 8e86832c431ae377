import {
  Alias,
  Document,
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  Pair,
  parseDocument,
  visit,
} from 'yaml';
import { messageOf } from '../../common/domain.error';
import { ConfigError } from '../../config/config.error';

/** Uses of one anchor, times those within it: far above what a file needs, far below what fills the memory. */
const MAX_ALIASES = 1000;

/** The value under a path of names and indexes; `undefined` where there is none. */
export const valueAt = (value: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>(
    (at, key) => (typeof at === 'object' && at !== null && Object.hasOwn(at, key) ? Reflect.get(at, key) : undefined),
    value,
  );

/** A YAML text with aliases and merge keys (`<<`): its value, and the line of each part of it. */
export class YamlSource {
  /** In plain JavaScript. */
  readonly value: unknown;
  private readonly lines = new LineCounter();
  private readonly document: Document.Parsed;

  /** @throws ConfigError for what is not YAML, with path and line. */
  constructor(
    text: string,
    private readonly path: string,
  ) {
    this.document = parseDocument(text, { lineCounter: this.lines, merge: true });
    const [mistake] = this.document.errors;
    if (mistake !== undefined) {
      throw this.error(mistake.linePos?.[0].line ?? 1, `not valid YAML: ${mistake.message.split('\n')[0] ?? ''}`);
    }
    this.value = this.resolve();
  }

  error(line: number, problem: string): ConfigError {
    return new ConfigError(`${this.path}:${line}: ${problem}`);
  }

  /**
   * The line, counted from 1, that a field or entry is written on; of one that is missing, the line of the mapping that
   * lacks it. What comes from an anchor is on the line of its alias or merge key: where it was written, it has been
   * checked for itself.
   */
  lineOf(path: readonly PropertyKey[]): number {
    let node: unknown = this.document.contents;
    let line = this.lineOfNode(node);
    for (const [index, key] of path.entries()) {
      const isThere = valueAt(this.value, path.slice(0, index + 1)) !== undefined;
      const child = isThere ? childOf(node, key) : undefined;
      if (child === undefined) return line;
      line = this.lineOfNode(child.at);
      node = child.node;
    }
    return line;
  }

  private lineOfNode(node: unknown): number {
    return isNode(node) && node.range ? this.lines.linePos(node.range[0]).line : 1;
  }

  private resolve(): unknown {
    try {
      return this.document.toJS({ maxAliasCount: MAX_ALIASES });
    } catch (error) {
      throw this.error(this.lineOfNode(this.unresolved()), `not valid YAML: ${messageOf(error)}`);
    }
  }

  /** The alias without an anchor or the merge key without a mapping, else the first alias. */
  private unresolved(): unknown {
    let first: Alias | undefined;
    let wrong: unknown;
    visit(this.document, {
      Alias: (_, alias) => {
        first ??= alias;
        if (alias.resolve(this.document) === undefined) wrong ??= alias;
      },
      Pair: (_, pair) => {
        const source = isAlias(pair.value) ? pair.value.resolve(this.document) : pair.value;
        if (isMerge(pair) && !isMap(source) && !isSeq(source)) wrong ??= pair.key;
      },
    });
    return wrong ?? first;
  }
}

/** Where a field or item is written, and what is written there; of an alias nothing is, of a merge key only the key. */
function childOf(node: unknown, key: PropertyKey): { at: unknown; node?: unknown } | undefined {
  if (isSeq(node)) return { at: node.items[Number(key)], node: node.items[Number(key)] };
  if (!isMap(node)) return undefined;
  const pair = node.items.find((one) => isScalar(one.key) && String(one.key.value) === key);
  if (pair !== undefined) return { at: pair.key, node: pair.value };
  return { at: node.items.find(isMerge)?.key };
}

/** The parser makes a symbol of `<<`, unless it is quoted. */
const isMerge = ({ key }: Pair): boolean => isScalar(key) && typeof key.value === 'symbol';
