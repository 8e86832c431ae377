import { z } from 'zod';
import { valueAt } from './yaml-source';

type Path = readonly PropertyKey[];

/** Fields whose wrong value may be a key, and is not repeated. */
const SECRET: ReadonlySet<PropertyKey | undefined> = new Set(['api_key_env', 'bearer_token_env', 'client_secret_env']);

/** What an entry is called, by the list that it is in. */
const NOUNS: Readonly<Record<string, string>> = { models: 'model', servers: 'server' };

export interface Mistake {
  /** Of the field or entry that is wrong. */
  readonly path: Path;
  /** Entry and field, what is there, and what is allowed. */
  readonly problem: string;
}

/** The mistake of a file to report: an unknown field first, since another may only be missing because it is misspelt. */
export function mistakeOf({ issues }: z.ZodError, file: unknown): Mistake {
  const issue = issues.find(({ code }) => code === 'unrecognized_keys') ?? issues[0];
  if (issue === undefined) throw new Error('a schema refused the file and names no mistake');
  const { path, message } = issue;
  if (issue.code === 'unrecognized_keys') {
    const [key = ''] = issue.keys;
    const problem = `${nameOf(path, file)} has the unknown field "${key}"; ${message}`;
    return { path: [...path, key], problem };
  }
  const isOfEntry = issue.code === 'invalid_type' && issue.expected === 'object';
  const field = isOfEntry ? path : fieldOf(path);
  return { path, problem: `${nameOf(field, file)} ${issue.code === 'custom' ? message : refusal(issue, field, file)}` };
}

function refusal({ path, message }: z.core.$ZodIssue, field: Path, file: unknown): string {
  if (valueAt(file, path) === undefined) return 'is missing';
  const was = SECRET.has(field.at(-1)) ? '' : `is ${show(valueAt(file, field))}, but `;
  return `${was}must be ${message}`;
}

/** The field that a path leads to, of an item of a list that of the list. */
const fieldOf = (path: Path): Path => path.slice(0, path.findLastIndex((key) => typeof key === 'string') + 1);

/** How messages name a position: `backend "a": entry 2 of "deployments": "weight"`. */
function nameOf(path: Path, file: unknown): string {
  const names: string[] = [];
  for (const [index, key] of path.entries()) {
    names.push(
      typeof key === 'number' ? nameOfEntry(key, names.pop(), path.slice(0, index + 1), file) : `"${String(key)}"`,
    );
  }
  return names.join(': ') || 'the file';
}

function nameOfEntry(index: number, list = '', path: Path, file: unknown): string {
  const id = path.length === 2 ? valueAt(file, [...path, 'id']) : undefined;
  return typeof id === 'string' ? `${NOUNS[String(path[0])] ?? 'backend'} "${id}"` : `entry ${index + 1} of ${list}`;
}

/** A value in a message; of a long one, which may be a key in the wrong place, only the start. */
function show(value: unknown): string {
  if (value === null) return 'empty';
  if (Array.isArray(value) && value.some((item) => typeof item === 'object')) return 'a list';
  if (typeof value === 'object' && !Array.isArray(value)) return 'a mapping';
  const text = JSON.stringify(value);
  return text.length > 40 ? `${text.slice(0, 12)}..."` : text;
}
