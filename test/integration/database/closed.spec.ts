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
});
