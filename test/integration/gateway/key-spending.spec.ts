import { newId } from '../../../src/common/ids';
import type { Database } from '../../../src/database/database';
import { insert } from '../../../src/database/rows';
import { GatewayKeyEntity } from '../../../src/gateway/accounts/gateway-key.entity';
import { KeyAccount } from '../../../src/gateway/accounts/key-account';
import { storeSpending } from '../../../src/gateway/accounts/key-spending';
import { upTo } from '../../support/event-record';
import { closeDatabase, openDatabase } from '../../support/open-database';
import { addUser, USER_ID } from '../../support/stored-chat';

describe('what a gateway key has spent', () => {
  let database: Database;
  let key: GatewayKeyEntity;

  beforeEach(async () => {
    database = await openDatabase();
    await addUser(database);
    key = {
      ...{ id: newId(), userId: USER_ID, name: 'key', keyHash: 'hash', last4: 'hash', models: null, enabled: true },
      ...{ requestsPerMinute: null, tokensPerMinute: null, budgetMicros: null, budgetPeriod: 'day' },
      ...{ spentMicros: 5, periodStart: '2026-11-28', expiresAt: null, lastUsedAt: null, createdAt: '', updatedAt: '' },
    };
    await database.write(insert(GatewayKeyEntity, key));
  });
  afterEach(() => closeDatabase(database));

  const stored = () => database.read.findOneByOrFail(GatewayKeyEntity, { id: key.id });
  const spend = (account: KeyAccount, periodStart: string, costMicros: number) =>
    database.write((tx) => storeSpending(tx, [{ account, periodStart, costMicros }]));

  it('is added up in the database, also when two writers that know nothing of each other add to it', async () => {
    const writers = [new KeyAccount(key), new KeyAccount(key)];
    await Promise.all(upTo(10).flatMap(() => writers.map((account) => spend(account, '2026-11-28', 3))));
    expect(await stored()).toMatchObject({ spentMicros: 65, periodStart: '2026-11-28' });
  });

  it('begins anew with the first call of another period, in the same transaction as the last of the one before', async () => {
    const account = new KeyAccount(key);
    const calls = [
      { account, periodStart: '2026-11-28', costMicros: 1 },
      { account, periodStart: '2026-11-29', costMicros: 7 },
      { account: undefined, periodStart: '', costMicros: 100 },
      { account, periodStart: '2026-11-29', costMicros: 2 },
    ];
    await database.write((tx) => storeSpending(tx, calls));
    expect(await stored()).toMatchObject({ spentMicros: 9, periodStart: '2026-11-29' });
  });
});
