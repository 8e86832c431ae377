import { createHash } from 'node:crypto';

/** Longest function name that OpenAI's and most compatible APIs accept. */
const MAX_LENGTH = 64;
const DIGEST_LENGTH = 8;

/**
 * The one flat name that a tool has upstream: chat APIs know no namespaces. The same tool has the same name in every
 * request, so that replayed calls match and the provider's prompt cache holds.
 */
export function flatToolName(name: string, namespace?: string): string {
  const full = namespace === undefined ? name : `${namespace}__${name}`;
  const safe = full.replace(/[^A-Za-z0-9_-]/g, '_');
  return safe.length <= MAX_LENGTH && safe === full ? safe : withDigest(safe, full);
}

/** The name for a second tool that `flatToolName` gives a name already taken. */
export const distinctToolName = (name: string, namespace?: string): string =>
  withDigest(flatToolName(name, namespace), JSON.stringify([namespace ?? null, name]));

function withDigest(safe: string, full: string): string {
  const digest = createHash('sha256').update(full).digest('hex').slice(0, DIGEST_LENGTH);
  return `${safe.slice(0, MAX_LENGTH - DIGEST_LENGTH - 1)}_${digest}`;
}
