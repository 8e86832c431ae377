export type Language = 'python' | 'node';

/** A name with, at most, extras and bounds of versions: no address, no file, no option. */
const PYTHON =
  /^([A-Za-z0-9][A-Za-z0-9._-]*)(\[[A-Za-z0-9._,-]+\])?((==|>=|<=|~=|!=|<|>)[A-Za-z0-9.*+!_-]+(,(==|>=|<=|~=|!=|<|>)[A-Za-z0-9.*+!_-]+)*)?$/;
const NODE = /^((@[a-z0-9~-][a-z0-9._~-]*\/)?[a-z0-9~-][a-z0-9._~-]*)(@[A-Za-z0-9.^~<>=*+_-]+)?$/;

/** Why a package may not be installed; undefined where it may. @param allowed names; `*`: any */
export function packageFault(language: Language, wanted: string, allowed: readonly string[]): string | undefined {
  const name = (language === 'python' ? PYTHON : NODE).exec(wanted)?.[1];
  if (name === undefined || name.startsWith('-')) return `"${wanted}" is no name of a package with, at most, a version`;
  const isAllowed = allowed.some((one) => one === '*' || normalized(language, one) === normalized(language, name));
  if (isAllowed) return undefined;
  const known = allowed.length === 0 ? 'none are' : `allowed are ${allowed.join(', ')}`;
  return `"${name}" may not be installed here; ${known}`;
}

/** Names of Python packages are the same with dots, dashes or underscores (PEP 503). */
const normalized = (language: Language, name: string): string =>
  language === 'python' ? name.toLowerCase().replaceAll(/[-_.]+/g, '-') : name;
