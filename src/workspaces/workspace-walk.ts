import { closeSync, constants, fstatSync, openSync, Stats } from 'node:fs';
import { ConfinedFolder, HeldEntry, placeIn } from '../runtime/confined/confined-folder';
import { codeOf } from '../runtime/confined/path.errors';
import { ByteName, bytesOfName, namesIn } from './folder-entries';

/** Of Linux: opens the place, and nothing of what is there. */
const O_PATH = 0o10000000;
/** One descriptor each; agents can nest folders without end. */
const MAX_DEPTH = 100;
const MAX_VISITS = 300_000;

export type Visit =
  /** Held until the next one is asked for. */
  | {
      readonly kind: 'entry';
      /** Names of the folder, from the workspace on. */
      readonly folder: readonly Buffer[];
      readonly parent: HeldEntry;
      readonly name: Buffer;
      readonly entry: HeldEntry;
    }
  /** There is more, too deep or too much of it, or it cannot be read. */
  | { readonly kind: 'left-out'; readonly folder: readonly Buffer[] };

export interface WalkOptions {
  /** Names that are passed over, with all that is below them. */
  readonly skips: (name: Buffer) => boolean;
  readonly maxVisits?: number;
}

/** A folder on the way. */
interface Level {
  readonly entry: HeldEntry;
  readonly names: readonly Buffer[];
  /** What was read of it, and not looked at. */
  readonly next: ByteName[];
  readonly rest: AsyncGenerator<ByteName[], void, void>;
}

/**
 * Goes through all that is below a folder, without following links; a folder comes before what is in it.
 *
 * @throws DomainError `path_not_found`, `not_a_folder` for the folder itself
 */
export async function* walk(
  workspace: ConfinedFolder,
  top: readonly Buffer[],
  { skips, maxVisits = MAX_VISITS }: WalkOptions,
): AsyncGenerator<Visit, void, void> {
  const held: Level[] = [];
  const enter = (entry: HeldEntry, names: readonly Buffer[]): void => {
    held.push({ entry, names, next: [], rest: namesIn(entry) });
  };
  let visits = 0;
  try {
    enter(await heldFolder(workspace, top), top);
    for (let level = held.at(-1); level !== undefined; level = held.at(-1)) {
      const next = level.next.pop();
      if (next === undefined) {
        const more = await level.rest.next().catch(() => undefined);
        if (more === undefined) yield { kind: 'left-out', folder: level.names };
        if (more === undefined || more.done === true) closeSync(held.pop()?.entry.fd ?? -1);
        else level.next.push(...more.value);
        continue;
      }
      const name = bytesOfName(next);
      if (skips(name)) continue;
      visits += 1;
      if (visits > maxVisits) return yield { kind: 'left-out', folder: level.names };
      const entry = heldIn(level.entry, name);
      if (entry === undefined) continue;
      let isKept = false;
      try {
        yield { kind: 'entry', folder: level.names, parent: level.entry, name, entry };
        if (!entry.stats.isDirectory()) continue;
        const names = [...level.names, name];
        isKept = held.length < MAX_DEPTH;
        if (isKept) enter(entry, names);
        else yield { kind: 'left-out', folder: names };
      } finally {
        if (!isKept) closeSync(entry.fd);
      }
    }
  } finally {
    for (const { entry, rest } of held) {
      await rest.return();
      closeSync(entry.fd);
    }
  }
}

/** A descriptor of its own, for longer than a call. */
function heldFolder(workspace: ConfinedFolder, names: readonly Buffer[]): Promise<HeldEntry> {
  return workspace.holdFolder(names, ({ fd }) => {
    const own = openSync(`/proc/self/fd/${fd}`, O_PATH | constants.O_DIRECTORY);
    return Promise.resolve({ fd: own, stats: fstatSync(own) });
  });
}

/** Undefined for what is gone, or may not be looked at. */
function heldIn(folder: HeldEntry, name: Buffer): HeldEntry | undefined {
  try {
    const fd = openSync(placeIn(folder, name), O_PATH | constants.O_NOFOLLOW);
    const stats: Stats = fstatSync(fd);
    return { fd, stats };
  } catch (error) {
    if (['ENOENT', 'EACCES', 'EPERM', 'ENOTDIR'].includes(codeOf(error))) return undefined;
    throw error;
  }
}
