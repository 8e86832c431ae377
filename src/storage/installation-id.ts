import { newId } from '../common/ids';
import { Database } from '../database/database';
import { StorageState } from './storage-state.entity';

const NAME = 'installation';

/**
 * What the keys of this database's objects begin with. Of several installations that share a bucket none takes those of the
 * others for its own that nothing refers to.
 */
export async function installationOf(database: Database): Promise<string> {
  const known = await database.read.findOneBy(StorageState, { name: NAME });
  if (known !== null) return known.value;
  return database.write(async (tx) => {
    await tx.run('INSERT INTO "storage_state"("name","value") VALUES ($1,$2) ON CONFLICT DO NOTHING', [NAME, newId()]);
    const [row] = await tx.findBy(StorageState, { name: NAME });
    if (row === undefined) throw new Error('the id of the installation was not stored');
    return row.value;
  });
}
