import { createRequire } from 'node:module';

const load = createRequire(__filename);

/**
 * A package that is loaded at its first use: for those that few services need, and that take the start of every service
 * some ten milliseconds each.
 *
 * @example const groq = whenNeeded<typeof Groq>('@ai-sdk/groq'); // import type * as Groq from '@ai-sdk/groq'
 */
export function whenNeeded<Package>(name: string): () => Package {
  let loaded: Package | undefined;
  return () => (loaded ??= load(name) as Package);
}
