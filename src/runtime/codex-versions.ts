/** The versions of codex that this service was tested with, by `npm run codex:check VERSION`. The last is the pinned one. */
export const TESTED_CODEX_VERSIONS = ['0.169.0', '0.171.0'] as const;

export interface CodexTest {
  readonly tested: boolean;
  /** What an operator should know; null for a tested version. */
  readonly warning: string | null;
}

/** Whether this version was tested with this service. */
export function testOf(version: string): CodexTest {
  if (TESTED_CODEX_VERSIONS.some((tested) => tested === version)) return { tested: true, warning: null };
  const known = TESTED_CODEX_VERSIONS.join(' and ');
  const warning = `codex ${version} was not tested with this service, ${known} were: what it relies on may have changed, as "npm run codex:check ${version}" tells`;
  return { tested: false, warning };
}
