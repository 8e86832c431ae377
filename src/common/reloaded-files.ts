import { readdirSync, statSync } from 'node:fs';
import { messageOf } from './domain.error';
import type { ComponentLogger } from './logger';

/** How old what was read may be. */
const STALE_MS = 2_000;

/** Where files are read from, and how it is told of them. */
export interface FileSource<T> {
  /** What tells one state of all of them from another; cheap. @throws as `read` */
  readonly state: () => string;
  /** By name. @throws ConfigError naming file, line and field of what is wrong */
  readonly read: () => ReadonlyMap<string, T>;
  /** In the log, of one and of several. @example { one: 'a template', all: 'templates' } */
  readonly words: { readonly one: string; readonly all: string };
}

/** What files of the operator's say: a changed one is in force within seconds, a broken one changes nothing but the log. */
export class ReloadedFiles<T> {
  private entries: ReadonlyMap<string, T> = new Map();
  private fingerprint = '';
  private lookedAt = -Infinity;

  constructor(
    private readonly source: FileSource<T>,
    private readonly logger: ComponentLogger,
  ) {}

  /** Called once at the start. @throws ConfigError naming file, line and field of what is wrong */
  load(): void {
    this.fingerprint = this.source.state();
    this.entries = this.source.read();
    this.lookedAt = performance.now();
  }

  /** By name. */
  get all(): ReadonlyMap<string, T> {
    if (performance.now() - this.lookedAt > STALE_MS) this.refresh();
    return this.entries;
  }

  private refresh(): void {
    this.lookedAt = performance.now();
    const { state, read, words } = this.source;
    try {
      const fingerprint = state();
      if (fingerprint === this.fingerprint) return;
      this.fingerprint = fingerprint;
      this.entries = read();
      this.logger.info({ [words.all]: [...this.entries.keys()] }, `the ${words.all} have changed and are in force`);
    } catch (error) {
      this.logger.error({ reason: messageOf(error) }, `${words.one} is broken; the old ones stay in force`);
    }
  }
}

/** Names in a folder, in order; none where there is no such folder. */
export function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}

/** What tells one state of a file from another. */
export function stateOf(path: string): string {
  try {
    const { ino, size, mtimeNs } = statSync(path, { bigint: true });
    return `${path} ${ino} ${size} ${mtimeNs}`;
  } catch {
    return `${path} absent`;
  }
}
