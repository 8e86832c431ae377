import type { Account } from '../../api/types';
import { accountHash } from '../../browser/hash-route';
import type { Group } from '../usage/metric';
import { UsageReport } from '../usage/UsageReport';
import { useOwnKeys } from './use-own-keys';

const GROUPS: readonly Group[] = ['model', 'backend', 'key'];

/** What one has used oneself, administrators included. */
export function OwnUsage({ account, search }: { account: Account; search: URLSearchParams }) {
  const keys = new Map(useOwnKeys().rows?.map(({ id, name }) => [id, name]));
  const onSearch = (changes: Readonly<Record<string, string>>) => {
    window.location.hash = accountHash('usage', { ...Object.fromEntries(search), ...changes });
  };
  return <UsageReport {...{ filter: { userId: account.id }, groups: GROUPS, keys, search, onSearch }} />;
}
