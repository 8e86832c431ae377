import { closeSync, constants, fstatSync, openSync, readlinkSync, Stats } from 'node:fs';
import { mkdir, open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { conflict, DomainError } from '../../common/domain.error';
import { outside, shownPath } from './entry-name';
import { codeOf, notAFile, notAFolder, pathErrorOf } from './path.errors';

/** Of Linux: opens the place, and nothing of what is there. Node has no name for it. */
const O_PATH = 0o10000000;
const NO_FOLLOW = constants.O_NOFOLLOW;
/** As many as the system follows. */
const MAX_LINKS = 40;
const PARENT = Buffer.from('..');
const SELF = Buffer.from('.');

/** What a path has led to: held open, so that it stays the same whatever is put in its place. */
export interface HeldEntry {
  readonly fd: number;
  readonly stats: Stats;
}

/**
 * A folder that somebody else may change at any moment, and that nothing leads out of.
 *
 * A path is gone through name by name. Each is opened, without being followed, in the folder that is held open already, by
 * `/proc/self/fd`; then what was opened is looked at. So nothing can be swapped for a link between a check and its use. Links are
 * read and followed here, where they stay inside. Opening a place starts no device, and waits for no FIFO. Linux only.
 */
export class ConfinedFolder {
  private readonly root: Buffer;

  /** @param path absolute path without links */
  constructor(readonly path: string) {
    this.root = Buffer.from(path);
  }

  /**
   * Holds what the path names while it is used.
   *
   * @param followsLast whether a link at the end is followed; else it is held itself
   * @throws DomainError `path_not_found`, `not_a_folder`, `path_outside_workspace`, `link_loop`, `path_not_permitted`
   */
  async hold<T>(names: readonly Buffer[], use: (entry: HeldEntry) => Promise<T>, followsLast = true): Promise<T> {
    requireLinux();
    const fd = this.open(names, followsLast);
    try {
      return await use({ fd, stats: fstatSync(fd) });
    } catch (error) {
      throw pathErrorOf(error, shownPath(names));
    } finally {
      closeSync(fd);
    }
  }

  /** The same of a folder. @throws DomainError also `not_a_folder` */
  holdFolder<T>(names: readonly Buffer[], use: (folder: HeldEntry) => Promise<T>): Promise<T> {
    return this.hold(names, (entry) => {
      if (!entry.stats.isDirectory()) throw notAFolder(shownPath(names));
      return use(entry);
    });
  }

  /**
   * Holds the folder that a name is in, or is to be in.
   *
   * @param makes whether folders that are missing are made
   * @throws DomainError as `holdFolder`; `not_a_file` for the folder itself
   */
  async holdParent<T>(
    names: readonly Buffer[],
    makes: boolean,
    use: (parent: HeldEntry, name: Buffer) => Promise<T>,
  ): Promise<T> {
    const name = names.at(-1);
    if (name === undefined) throw notAFile('', 'the workspace itself');
    const parents = names.slice(0, -1);
    if (makes) await this.makeFolders(parents);
    return this.holdFolder(parents, (parent) =>
      use(parent, name).catch((error: unknown) => {
        throw pathErrorOf(error, shownPath(names));
      }),
    );
  }

  /** Makes each that is missing. @throws DomainError as `holdFolder` */
  async makeFolders(names: readonly Buffer[]): Promise<void> {
    if (names.length === 0) return;
    const isThere = await this.holdFolder(names, () => Promise.resolve(true)).catch((error: unknown) => {
      if (error instanceof DomainError && error.code === 'path_not_found') return false;
      throw error;
    });
    if (isThere) return;
    await this.holdParent(names, true, async (parent, name) => {
      await mkdir(placeIn(parent, name)).catch((error: unknown) => {
        if (codeOf(error) !== 'EEXIST') throw error;
      });
    });
    await this.holdFolder(names, () => Promise.resolve());
  }

  private open(names: readonly Buffer[], followsLast: boolean): number {
    const held: number[] = [];
    try {
      held.push(openSync(this.root, O_PATH | constants.O_DIRECTORY | NO_FOLLOW));
      this.descend(held, [...names], followsLast);
      return held.pop() ?? -1;
    } catch (error) {
      throw pathErrorOf(error, shownPath(names));
    } finally {
      for (const fd of held) closeSync(fd);
    }
  }

  /** @param held from the root to where the path has come; the last is what it leads to, at the end */
  private descend(held: number[], names: Buffer[], followsLast: boolean): void {
    let links = 0;
    for (let name = names.shift(); name !== undefined; name = names.shift()) {
      if (name.length === 0 || name.equals(SELF)) continue;
      if (name.equals(PARENT)) {
        if (held.length === 1) throw LEADS_OUT;
        closeSync(held.pop() ?? -1);
        continue;
      }
      const parent = held.at(-1) ?? -1;
      const place = placeIn({ fd: parent }, name);
      const fd = openSync(place, O_PATH | NO_FOLLOW);
      if (!fstatSync(fd).isSymbolicLink() || (names.length === 0 && !followsLast)) {
        held.push(fd);
        continue;
      }
      closeSync(fd);
      links += 1;
      if (links > MAX_LINKS) throw conflict('link_loop', `The path leads through more than ${MAX_LINKS} links.`);
      names.unshift(...this.targetOf(readlinkSync(place, 'buffer'), held));
    }
  }

  /** The names that a link leads on by; from the root on where it begins there. */
  private targetOf(target: Buffer, held: number[]): Buffer[] {
    if (target[0] !== SLASH) return split(target);
    const below = Buffer.concat([this.root, Buffer.from('/')]);
    const isInside = target.equals(this.root) || target.subarray(0, below.length).equals(below);
    if (!isInside) throw LEADS_OUT;
    for (const fd of held.splice(1)) closeSync(fd);
    return split(target.subarray(below.length));
  }
}

/** The path of a name in a folder that is held open. */
export const placeIn = ({ fd }: Pick<HeldEntry, 'fd'>, name: Buffer): Buffer =>
  Buffer.concat([Buffer.from(`/proc/self/fd/${fd}/`), name]);

/**
 * Opens a file that is held, to be read. To be closed by the caller.
 *
 * @param path as it is shown
 * @throws DomainError `not_a_file` for a folder, FIFO, socket or device
 */
export async function openHeld({ fd, stats }: HeldEntry, path: string): Promise<FileHandle> {
  if (!stats.isFile()) throw notAFile(path, kindOf(stats));
  return open(`/proc/self/fd/${fd}`, constants.O_RDONLY | constants.O_NONBLOCK);
}

function kindOf(stats: Stats): string {
  if (stats.isDirectory()) return 'a folder';
  if (stats.isFIFO()) return 'a FIFO';
  if (stats.isSocket()) return 'a socket';
  return stats.isSymbolicLink() ? 'a link' : 'a device';
}

const SLASH = 0x2f;

function split(path: Buffer): Buffer[] {
  const names: Buffer[] = [];
  for (let start = 0; start <= path.length;) {
    const slash = path.indexOf(SLASH, start);
    const end = slash === -1 ? path.length : slash;
    names.push(path.subarray(start, end));
    start = end + 1;
  }
  return names;
}

const LEADS_OUT = outside('The path has a link that leads out of the workspace.');

function requireLinux(): void {
  if (process.platform === 'linux') return;
  throw new DomainError(501, 'not_supported', 'The files of a workspace can be used on Linux only.');
}
