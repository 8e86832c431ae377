import { join } from 'node:path';
import pino from 'pino';
import type { Logger } from '../../../src/common/logger';
import { GatewayConfig } from '../../../src/config/gateway.config';
import { Database } from '../../../src/database/database';
import { SqliteDialect } from '../../../src/database/sqlite-dialect';
import { StoredResponse } from '../../../src/gateway/responses-api/stored/stored-response.entity';
import { StoredResponses } from '../../../src/gateway/responses-api/stored/stored-responses';
import { StoredResponsesShare } from '../../../src/gateway/responses-api/stored/stored-responses-share';
import { UnwrittenResponses } from '../../../src/gateway/responses-api/stored/unwritten-responses';
import { schema } from '../../../src/schema';
import { DatabaseLock } from '../../support/database-lock';
import { eventually } from '../../support/eventually';
import { addUser, USER_ID } from '../../support/stored-chat';
import { TemporaryFolder } from '../../support/temporary-folder';

const LOGGER = pino({ level: 'silent' }) as unknown as Logger;

describe('responses to be stored while the database cannot be written', () => {
  let folder: TemporaryFolder;
  let database: Database;
  let responses: StoredResponses;

  beforeEach(async () => {
    folder = new TemporaryFolder();
    database = new Database(new SqliteDialect(join(folder.path, 'db'), schema));
    await database.open();
    await addUser(database);
    const config = Object.assign(new GatewayConfig(), { storedResponsesMbPerUser: 50 });
    const share = new StoredResponsesShare(database, config, LOGGER);
    const unwritten = new UnwrittenResponses(database, share, LOGGER);
    responses = new StoredResponses(database, config, unwritten, LOGGER);
  });
  afterEach(async () => {
    await database.close();
    folder.remove();
  });

  const add = (id: string, text = 'x'): void => responses.add(USER_ID, { id, response: { id, text }, input: [] });
  const isKnown = async (id: string): Promise<boolean> => (await responses.find(USER_ID, id)) !== undefined;
  const stored = async (): Promise<string[]> =>
    (await database.read.find(StoredResponse, { order: { id: 'ASC' } })).map(({ id }) => id);
  /** Resolves when a write of this moment has been refused. */
  const refused = (): Promise<void> => expect(database.write((tx) => tx.query('DELETE FROM events'))).rejects.toThrow();

  it('can be read meanwhile, and are written once it can; one that is deleted meanwhile is not', async () => {
    const lock = await DatabaseLock.take(folder.path);
    add('a');
    add('b');
    await refused();
    add('c');
    expect(await Promise.all(['a', 'b', 'c'].map(isKnown))).toEqual([true, true, true]);
    const removal = responses.remove(USER_ID, 'b');
    await lock.release();
    expect(await removal).toBe(true);
    await eventually('they are written', async () => (await stored()).join() === 'a,c');
    expect(await isKnown('b')).toBe(false);
  });

  it('are written before it closes', async () => {
    const lock = await DatabaseLock.take(folder.path);
    add('a');
    await refused();
    await lock.release();
    await database.close();
    await database.open();
    expect(await stored()).toEqual(['a']);
  });

  it('cost bounded memory, the oldest going first', async () => {
    const lock = await DatabaseLock.take(folder.path);
    for (const id of ['a', 'b', 'c']) add(id, 'x'.repeat(30_000_000));
    expect(await Promise.all(['a', 'b', 'c'].map(isKnown))).toEqual([false, true, true]);
    await lock.release();
  });
});
