import { ChatEntity } from '../../../src/chat/entities/chat.entity';
import { find } from '../../../src/database/rows';
import { isStorageFault } from '../../../src/database/storage-fault';
import { closeDatabase, openDatabase } from '../../support/open-database';

describe('a database that was closed because the service stops', () => {
  it('tells a caller to come back, and nobody here to try again', async () => {
    const database = await openDatabase();
    await closeDatabase(database);
    const written: unknown = await database.write(() => Promise.resolve()).catch((error: unknown) => error);
    expect(written).toMatchObject({ status: 503, code: 'storage_unavailable', retryAfterSeconds: 5 });
    expect(isStorageFault(written)).toBe(false);
    expect(() => database.read).toThrow('The database is not open, because the service stops: try again later.');
  });

  it('tells so from the moment on when it is being closed, and answers what was asked before', async () => {
    const database = await openDatabase();
    const ask = async () => find(database.read, ChatEntity, { id: 'nobody' }, 1);
    const before = ask();
    const closed = closeDatabase(database);
    let refusal: unknown;
    while (refusal === undefined)
      refusal = await ask().then(
        () => undefined,
        (error: unknown) => error,
      );
    expect(refusal).toMatchObject({ status: 503 });
    expect(await before).toEqual([]);
    await closed;
  });
});
