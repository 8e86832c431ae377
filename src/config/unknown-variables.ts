import type { Environment } from './environment';

/** What names of ours begin with, and those of hardly anybody else. */
const PREFIXES = [
  ...['CODEX_', 'GATEWAY_', 'CHAT_', 'SECURITY_', 'ACCESS_', 'ALLOWED_', 'TRUSTED_', 'CORS_', 'ENCRYPTION_', 'BASE_'],
  ...['SHUTDOWN_', 'DIRECT_', 'PREPARED_', 'MAX_', 'LOG_', 'DEMO_', 'STORAGE_', 'S3_'],
];
/** Names that `llm_backends.yaml` may have chosen for keys. */
const OF_KEYS = /_(?:KEY|TOKEN|SECRET)$/;
/** Changes of a letter that make another name: of a slip, and of a variable that another program may have put there. */
const SLIP = 2;
const FAR_SLIP = 3;

/**
 * Sentences about variables that look like ours and are not, with the nearest name that is. In `.env` all that begin like
 * ours; among the process's variables only slips, since other programs have theirs there.
 */
export function unknownVariables(environment: Environment, known: readonly string[]): string[] {
  const unknown = [...environment.names].filter((name) => !known.includes(name.toUpperCase()) && !known.includes(name));
  return unknown.flatMap((name) => {
    const [nearest, distance] = nearestOf(name, known);
    const isOurs = PREFIXES.some((prefix) => name.startsWith(prefix));
    const isTold = environment.isOfFile(name)
      ? distance <= SLIP || (isOurs && !OF_KEYS.test(name))
      : isOurs && distance <= FAR_SLIP;
    return isTold ? [`there is no setting ${name}; the nearest name is ${nearest}`] : [];
  });
}

function nearestOf(name: string, known: readonly string[]): [string, number] {
  const ranked = known.map((other): [string, number] => [other, distanceOf(name, other)]);
  return ranked.reduce((best, next) => (next[1] < best[1] ? next : best), ['', Infinity]);
}

/** Letters to insert, to remove or to change (Levenshtein). */
function distanceOf(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (const [i, letter] of [...one].entries()) {
    const next = [i + 1];
    for (const [j, wanted] of [...other].entries()) {
      const changed = (row[j] ?? 0) + (letter === wanted ? 0 : 1);
      next.push(Math.min(changed, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
