import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../common/service-version';
import type { KnownModelEntry } from './known-model-schema';

/** Written by the build: the service's own list, parsed and checked, which takes a start a tenth of its time otherwise. */
const COMPILED = join(packageRoot, 'dist', 'models.json');

interface CompiledModels {
  /** SHA-256 of the text that it was made of. */
  readonly of: string;
  readonly entries: readonly KnownModelEntry[];
}

const digestOf = (yaml: string): string => createHash('sha256').update(yaml).digest('hex');

/** What the build writes. */
export const compiledForm = (yaml: string, entries: readonly KnownModelEntry[]): CompiledModels => ({
  ...{ of: digestOf(yaml), entries },
});

/** The entries of the service's own list; undefined where the build has not seen this text. */
export function compiledModels(yaml: string): readonly KnownModelEntry[] | undefined {
  if (!existsSync(COMPILED)) return undefined;
  const { of, entries } = JSON.parse(readFileSync(COMPILED, 'utf8')) as CompiledModels;
  return of === digestOf(yaml) ? entries : undefined;
}
