/** One line of a `.gitignore`. */
interface Rule {
  readonly segments: readonly Segment[];
  readonly isNegated: boolean;
  readonly isForFolders: boolean;
}

/** Any number of names, or one that is like this. */
type Segment = '**' | readonly Token[];

const MAX_RULES = 2_000;

/**
 * The rules of one `.gitignore`, matched in time that grows with the length of the name times that of the pattern and no
 * faster: agents write these files, and a regular expression made of one can take for ever.
 */
export class Gitignore {
  private readonly rules: readonly Rule[];

  constructor(text: string) {
    this.rules = text
      .split('\n', MAX_RULES)
      .map((line) => ruleOf(line.replace(/\r$/, '')))
      .filter((rule) => rule !== undefined)
      .reverse();
  }

  /**
   * @param names below the folder of the file, without dots
   * @returns undefined where no rule says anything
   */
  decide(names: readonly string[], isFolder: boolean): boolean | undefined {
    const rule = this.rules.find(
      ({ segments, isForFolders }) => (isFolder || !isForFolders) && matchesSegments(segments, names),
    );
    return rule && !rule.isNegated;
  }
}

/** See gitignore(5), "Pattern format". */
function ruleOf(line: string): Rule | undefined {
  let pattern = withoutTrailingSpaces(line);
  if (pattern === '' || pattern.startsWith('#')) return undefined;
  const isNegated = pattern.startsWith('!');
  if (isNegated) pattern = pattern.slice(1);
  const isForFolders = pattern.endsWith('/');
  if (isForFolders) pattern = pattern.slice(0, -1);
  if (pattern === '') return undefined;
  const isAnchored = pattern.includes('/');
  const parts = pattern.replace(/^\//, '').split('/');
  // `**` stands for any number of folders; at the end for one name at least.
  if (parts.at(-1) === '**' && parts.length > 1) parts.splice(-1, 1, '*', '**');
  const segments = (isAnchored ? parts : ['**', ...parts]).map((part) => (part === '**' ? part : tokensOf(part)));
  return { segments, isNegated, isForFolders };
}

function withoutTrailingSpaces(line: string): string {
  let end = line.length;
  while (line[end - 1] === ' ' && line[end - 2] !== '\\') end -= 1;
  return line.slice(0, end);
}

const matchesSegments = (pattern: readonly Segment[], names: readonly string[]): boolean =>
  matchesList(pattern, names, {
    isMany: (part) => part === '**',
    matches: (part, name) => part !== '**' && matchesName(part, name),
  });

const matchesName = (pattern: readonly Token[], name: string): boolean =>
  matchesList(pattern, [...name], { isMany: (token) => token.kind === 'any', matches: matchesCharacter });

/** The usual walk with one way back, to the last part that stands for many: no longer than the one times the other. */
function matchesList<P, V>(
  pattern: readonly P[],
  values: readonly V[],
  { isMany, matches }: { isMany: (part: P) => boolean; matches: (part: P, value: V) => boolean },
): boolean {
  let at = 0;
  let back: { readonly at: number; value: number } | undefined;
  for (let value = 0; value < values.length;) {
    const part = pattern[at];
    if (part !== undefined && isMany(part)) {
      back = { at, value };
      at += 1;
    } else if (part !== undefined && matches(part, values[value] as V)) {
      at += 1;
      value += 1;
    } else if (back !== undefined) {
      back.value += 1;
      value = back.value;
      at = back.at + 1;
    } else return false;
  }
  while (at < pattern.length && isMany(pattern[at] as P)) at += 1;
  return at === pattern.length;
}

type Token =
  | { readonly kind: 'any' }
  | { readonly kind: 'one' }
  | { readonly kind: 'exactly'; readonly character: string }
  | { readonly kind: 'set'; readonly isNegated: boolean; readonly ranges: readonly (readonly [string, string])[] };

function matchesCharacter(token: Token, character: string): boolean {
  switch (token.kind) {
    case 'exactly':
      return token.character === character;
    case 'set':
      return token.isNegated !== token.ranges.some(([from, to]) => from <= character && character <= to);
    default:
      return true;
  }
}

function tokensOf(pattern: string): Token[] {
  const characters = [...pattern];
  const tokens: Token[] = [];
  for (let at = 0; at < characters.length; at += 1) {
    const character = characters[at] ?? '';
    if (character === '[') {
      const set = setOf(characters, at);
      tokens.push(set.token);
      at = set.end;
    } else if (character === '*') tokens.push({ kind: 'any' });
    else if (character === '?') tokens.push({ kind: 'one' });
    else if (character === '\\' && at + 1 < characters.length) {
      at += 1;
      tokens.push({ kind: 'exactly', character: characters[at] ?? '' });
    } else tokens.push({ kind: 'exactly', character });
  }
  return tokens;
}

/** `[a-z]`, `[!a-z]`, `[^]a]`; one that no bracket closes is no character, as git has it. */
function setOf(characters: readonly string[], start: number): { token: Token; end: number } {
  const isNegated = ['!', '^'].includes(characters[start + 1] ?? '');
  const first = start + (isNegated ? 2 : 1);
  const ranges: [string, string][] = [];
  for (let at = first; at < characters.length; at += 1) {
    if (characters[at] === ']' && at > first) return { token: { kind: 'set', isNegated, ranges }, end: at };
    if (characters[at] === '\\') at += 1;
    const from = characters[at] ?? '';
    const isRange = characters[at + 1] === '-' && ![']', undefined].includes(characters[at + 2]);
    ranges.push([from, isRange ? (characters[at + 2] ?? '') : from]);
    if (isRange) at += 2;
  }
  return { token: { kind: 'set', isNegated: false, ranges: [] }, end: characters.length };
}
