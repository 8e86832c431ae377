import { once } from 'node:events';
import type * as sqlite3 from 'sqlite3';
import { DataSource } from 'typeorm';
import { TurnEntity } from '../../../src/chat/entities/turn.entity';
import { ThreadHistory } from '../../../src/chat/turns/thread-history';
import { newId } from '../../../src/common/ids';
import type { Database } from '../../../src/database/database';
import { PreparedStatements } from '../../../src/database/prepared-statements';
import { openWriter } from '../../../src/database/sqlite-data-source';
import { schema } from '../../../src/schema';
import { TemporaryFolder } from '../../support/temporary-folder';

describe('the turns that codex may not know', () => {
  let folder: TemporaryFolder;
  let dataSource: DataSource;
  const chatId = newId();

  beforeAll(async () => {
    folder = new TemporaryFolder();
    dataSource = await openWriter(folder.path, schema);
    await dataSource.runMigrations();
    PreparedStatements.of(dataSource);
  });
  afterAll(async () => {
    await PreparedStatements.of(dataSource).close();
    await dataSource.destroy();
    folder.remove();
  });

  /** The next statement that the connection runs. */
  async function nextStatement(): Promise<string> {
    const { databaseConnection } = dataSource.driver as unknown as { databaseConnection: sqlite3.Database };
    const [text] = (await once(databaseConnection, 'trace')) as [string];
    return text;
  }

  it('are found without a look at the others of a long chat', async () => {
    const statement = nextStatement();
    const threadHistory = new ThreadHistory({ read: dataSource.manager } as Database);
    expect(await threadHistory.unsyncedBefore({ chatId, ordinal: 1 } as TurnEntity)).toEqual([]);
    const plan: { detail: string }[] = await dataSource.query(`EXPLAIN QUERY PLAN ${await statement}`);
    expect(plan.map(({ detail }) => detail)).toEqual([
      expect.stringContaining('turns_unsynced (chat_id=? AND ordinal<?)'),
    ]);
  });
});
