import type { TESTED_CODEX_VERSIONS } from '../codex-versions';

export type CodexVersion = (typeof TESTED_CODEX_VERSIONS)[number];

/** What `npm run codex:check` can ask a binary without a model. */
export type Probe =
  /** A name that `codex features list` prints. */
  | { readonly kind: 'feature'; readonly name: string }
  /** `-c` settings that `codex --strict-config` accepts. */
  | { readonly kind: 'config'; readonly settings: readonly string[] }
  /** A table, with these columns, of a database in the home of an app-server that has started. */
  | { readonly kind: 'table'; readonly database: string; readonly table: string; readonly columns: readonly string[] }
  /** Fields of a model that `codex debug models --bundled` prints. */
  | { readonly kind: 'model'; readonly slug: string; readonly fields: readonly string[] }
  /** A file that the generated types consist of, and a text that is in it. */
  | { readonly kind: 'type'; readonly file: string; readonly text: string };

/** A fact about somebody else's program that is not promised by its interface, and that this service relies on. */
export interface Quirk {
  /** What comments name it by. */
  readonly id: string;
  readonly what: string;
  /** Versions that it was seen with; of codex exactly, of a package its installed version. */
  readonly seen: CodexSeen | PackageSeen;
  /** Why it is relied on, or what would be without. */
  readonly why: string;
  /** Measured with the first of the versions. */
  readonly gain?: string;
  /** The test that fails when it is so no longer. */
  readonly test: { readonly file: string; readonly name: string };
  readonly removeWhen: string;
  readonly probe?: Probe;
}

export interface CodexSeen {
  readonly program: 'codex';
  readonly versions: readonly CodexVersion[];
}

export interface PackageSeen {
  readonly program: 'socket.io' | 'ws' | 'typeorm';
  readonly version: string;
}

/** Seen with every version that was tested. */
export const BOTH: CodexSeen = { program: 'codex', versions: ['0.169.0', '0.171.0'] };
