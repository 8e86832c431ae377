import { Injectable } from '@nestjs/common';
import { Stats } from 'node:fs';
import { chmod, link, lstat, mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { DomainError } from '../common/domain.error';
import { newId } from '../common/ids';
import { ComponentLogger, Logger } from '../common/logger';
import { ConfinedFolder, HeldEntry, placeIn } from '../runtime/confined/confined-folder';
import { namesOf, shownPath } from '../runtime/confined/entry-name';
import { codeOf, fileExists, notAFile } from '../runtime/confined/path.errors';
import { removeFolder } from '../runtime/remove-folder';
import { etagOf } from './workspace-content';
import type { Workspace } from './workspaces';

/** Of a file that is new, without what the service's umask takes. */
const FILE_MODE = 0o644;
const FOLDER_MODE = 0o755;

export interface Placing {
  /** Whether a file that is there is replaced. */
  readonly overwrite: boolean;
  /** ETag that it must have then. */
  readonly ifMatch?: string;
}

/** Changes what is in a workspace, while its agent may do the same. Each change is made by one call of the system, or not at all. */
@Injectable()
export class WorkspaceEdits {
  private readonly logger: ComponentLogger;

  constructor(logger: Logger) {
    this.logger = logger.child({ component: 'workspaces' });
  }

  /**
   * Puts a file that is complete in its place; folders on the way there are made. A link there is replaced, and not followed.
   *
   * @param source absolute path on the workspace's disk; it is gone afterwards
   * @throws DomainError 409 `file_exists`, `not_a_file`, 412 `file_changed`, those of a path
   */
  async place(workspace: ConfinedFolder, source: string, names: readonly Buffer[], placing: Placing): Promise<void> {
    await workspace.holdParent(names, true, async (parent, name) => {
      const place = placeIn(parent, name);
      const found = await statsOf(place);
      if (found?.isDirectory()) throw notAFile(shownPath(names));
      if (placing.ifMatch !== undefined && !isMatched(found, placing.ifMatch)) throw CHANGED;
      const mode = found?.isFile() === true ? found.mode & 0o777 : FILE_MODE;
      await chmod(source, mode);
      if (placing.overwrite || placing.ifMatch !== undefined) await rename(source, place);
      else await linkNew(source, place);
    });
  }

  /** @throws DomainError 409 `file_exists`, those of a path */
  async makeFolder(workspace: ConfinedFolder, names: readonly Buffer[]): Promise<void> {
    await workspace.holdParent(names, true, (parent, name) => mkdir(placeIn(parent, name), { mode: FOLDER_MODE }));
  }

  /**
   * Moves a file, a link itself, or a folder with all that is in it.
   *
   * @throws DomainError 409 `file_exists`, 400 `invalid_path` for a folder that is to be moved into itself, those of a path
   */
  async move(workspace: ConfinedFolder, from: readonly Buffer[], to: readonly Buffer[], overwrite: boolean) {
    await workspace.holdParent(from, false, async (source, name) => {
      const sourcePlace = placeIn(source, name);
      const moved = await lstat(sourcePlace);
      await workspace.holdParent(to, true, async (target, newName) => {
        const place = placeIn(target, newName);
        const found = await statsOf(place);
        const isReplaced = overwrite && found?.isDirectory() === false && !moved.isDirectory();
        if (found !== undefined && !isReplaced) throw fileExists(shownPath(to));
        if (isReplaced || moved.isDirectory()) await rename(sourcePlace, place);
        else await linkNew(sourcePlace, place);
      });
    });
  }

  /**
   * Deletes a file, a link itself, or a folder with all that is in it. It is out of the workspace at once; the rest is done
   * beside other work.
   *
   * @throws DomainError those of a path
   */
  async remove({ folder, trash }: Pick<Workspace, 'folder' | 'trash'>, path: string): Promise<void> {
    const names = namesOf(path);
    await mkdir(trash, { recursive: true, mode: 0o700 });
    await folder.holdParent(names, false, (parent, name) => this.discard(parent, name, trash));
    emptied(trash).catch((error: unknown) => {
      this.logger.warn(
        { err: error },
        'what was deleted of a workspace is on disk still; it goes with the next deletion',
      );
    });
  }

  private async discard(parent: HeldEntry, name: Buffer, trash: string): Promise<void> {
    const place = placeIn(parent, name);
    const stats = await lstat(place);
    if (!stats.isDirectory()) return rm(place);
    // A folder that is moved must be writable itself.
    await rename(place, join(trash, newId()));
  }
}

/** What an earlier run has left goes, too; the folder itself stays for other deletions. */
async function emptied(trash: string): Promise<void> {
  for (const name of await readdir(trash)) await removeFolder(join(trash, name));
}

/** Compressed on its way the same file has the same tag, as a weak one. */
const isMatched = (found: Stats | undefined, ifMatch: string): boolean =>
  found !== undefined && (ifMatch === '*' || ifMatch.replace(/^W\//, '') === etagOf(found));

const statsOf = (place: Buffer): Promise<Stats | undefined> =>
  lstat(place).catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  });

/** Fails, as `rename` would not, where something has just come to be there. @throws Error with EEXIST */
async function linkNew(source: string | Buffer, place: Buffer): Promise<void> {
  await link(source, place);
  await rm(source);
}

const CHANGED = new DomainError(412, 'file_changed', 'The file is not the one that If-Match names; read it again.');
