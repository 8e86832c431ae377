import { groupIdOf } from '../../runtime/group-key';
import { groupKeyOf, Tenant } from './tenant';

const ADA: Tenant = { userId: 'ada', chatId: 'one' };
const TENANTS: Tenant[] = [ADA, { ...ADA, chatId: 'two' }, { userId: 'bob', chatId: 'three' }];

describe('the group of a tenant', () => {
  it.each([
    ['shared', ['shared', 'shared', 'shared']],
    ['user', ['user:ada', 'user:ada', 'user:bob']],
    ['session', ['session:ada/one', 'session:ada/two', 'session:bob/three']],
  ] as const)('separates whom CODEX_ISOLATION=%s separates', (isolation, groups) => {
    expect(TENANTS.map((tenant) => groupIdOf(groupKeyOf(isolation, tenant)))).toEqual(groups);
  });
});
