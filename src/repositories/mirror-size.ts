import type { Database } from '../database/database';
import { update } from '../database/rows';
import { folderSize } from '../runtime/folder-size';
import { RepositoryEntity } from './repository.entity';

/** For the limit of storage of the project and of who owns it. What cannot be measured or written is measured again: never throws. */
export async function noteMirrorSize(database: Database, id: string, folder: string): Promise<void> {
  const mirrorBytes = await folderSize(folder);
  if (mirrorBytes === null) return;
  await database.write(update(RepositoryEntity, { id }, { mirrorBytes }), { lane: id }).catch(() => undefined);
}
