import { Injectable } from '@nestjs/common';
import { lstat, readdir } from 'node:fs/promises';
import { invalid } from '../common/domain.error';
import type { Page } from '../database/page';
import { ConfinedFolder, HeldEntry, placeIn } from '../runtime/confined/confined-folder';
import { namesOf, shownName } from '../runtime/confined/entry-name';
import { namesAfter } from './folder-entries';
import { IgnoredNames } from './ignored-names';
import { entryIn } from './workspace-entry';
import type { FoundEntriesDto, ListQueryDto, WorkspaceEntryDto } from './workspace.dto';
import { walk } from './workspace-walk';

const MAX_FOUND = 200;
/** Codex's sandbox makes them in each workspace, to protect them: empty ones are nobody's. */
const PROTECTED = ['.git', '.agents', '.codex', '.aws'];

/** What is in a workspace. */
@Injectable()
export class WorkspaceView {
  /**
   * One page of a folder, in the order of the names' bytes.
   *
   * @throws DomainError `path_not_found`, `not_a_folder`, `invalid_cursor`, `folder_too_large`, those of a path
   */
  async list(workspace: ConfinedFolder, { path, cursor, limit }: ListQueryDto): Promise<Page<WorkspaceEntryDto>> {
    const names = namesOf(path);
    const after = cursor === undefined ? undefined : nameInCursor(cursor);
    return workspace.holdFolder(names, async (folder) => {
      const hidden = names.length === 0 ? await emptyProtected(folder) : [];
      const page = await namesAfter(folder, { limit, hidden, ...(after && { after }) });
      const ignored = await IgnoredNames.of(workspace, names);
      const data: WorkspaceEntryDto[] = [];
      for (const name of page.names) {
        const entry = entryIn(folder, names, name, (...each) => ignored.isIgnored(...each));
        if (entry !== undefined) data.push(entry);
      }
      const last = page.names.at(-1);
      return { data, nextCursor: page.hasMore && last ? last.toString('base64url') : null };
    });
  }

  /** One entry; of a link itself. @throws DomainError as `list` */
  async entry(workspace: ConfinedFolder, names: readonly Buffer[]): Promise<WorkspaceEntryDto> {
    const ignored = await IgnoredNames.of(workspace, names.slice(0, -1));
    return workspace.holdParent(names, false, (parent, name) => {
      const entry = entryIn(parent, names.slice(0, -1), name, (...each) => ignored.isIgnored(...each));
      if (entry === undefined) throw Object.assign(new Error('it is gone'), { code: 'ENOENT' });
      return Promise.resolve(entry);
    });
  }

  /** What has the text in its name, wherever it is; not in `.git`. @throws DomainError as `list` */
  async find(workspace: ConfinedFolder, text: string): Promise<FoundEntriesDto> {
    const wanted = text.toLowerCase();
    const data: WorkspaceEntryDto[] = [];
    let isComplete = true;
    const visited = walk(workspace, [], { skips: (name) => name.toString() === '.git' });
    for await (const visit of visited) {
      if (visit.kind === 'left-out') isComplete = false;
      if (visit.kind !== 'entry' || !shownName(visit.name).toLowerCase().includes(wanted)) continue;
      if (data.length === MAX_FOUND) {
        isComplete = false;
        break;
      }
      const entry = entryIn(visit.parent, visit.folder, visit.name, () => null);
      if (entry !== undefined) data.push(await this.marked(workspace, visit.folder, visit.name, entry));
    }
    return { data, complete: isComplete };
  }

  private async marked(
    workspace: ConfinedFolder,
    folder: readonly Buffer[],
    name: Buffer,
    entry: WorkspaceEntryDto,
  ): Promise<WorkspaceEntryDto> {
    const ignored = await IgnoredNames.of(workspace, folder);
    return { ...entry, ignored: ignored.isIgnored(name, entry.kind === 'folder') };
  }
}

function nameInCursor(cursor: string): Buffer {
  const name = Buffer.from(cursor, 'base64url');
  if (name.length > 0 && name.length <= 255 && !name.includes(0) && !name.includes(0x2f)) return name;
  throw invalid('invalid_cursor', 'cursor must be the nextCursor of an earlier page of the same list.');
}

async function emptyProtected(folder: HeldEntry): Promise<Buffer[]> {
  const empty: Buffer[] = [];
  for (const name of PROTECTED.map((each) => Buffer.from(each))) {
    const inside = await folderOrNothing(placeIn(folder, name));
    if (inside?.length === 0) empty.push(name);
  }
  return empty;
}

/** A link is listed as one. */
async function folderOrNothing(place: Buffer): Promise<string[] | undefined> {
  const isFolder = await lstat(place)
    .then((stats) => stats.isDirectory())
    .catch(() => false);
  return isFolder ? readdir(place).catch(() => undefined) : undefined;
}
