import type { UsageSum } from '../../api/types';
import { adminHash } from '../../browser/hash-route';
import { t } from '../../languages/text';
import type { Group } from '../usage/metric';
import { UsageReport } from '../usage/UsageReport';
import type { AdminTabProps } from './admin-tab-props';
import { useKeyNames } from './use-key-names';

const GROUPS: readonly Group[] = ['user', 'model', 'backend', 'key'];

/** What everybody has used and what it has cost; of one user or one key where the address says so. */
export function UsagePage({ search, onSearch }: AdminTabProps) {
  const keys = useKeyNames();
  const userId = search.get('userId') ?? undefined;
  const keyId = search.get('keyId') ?? undefined;
  const said = Object.fromEntries(search);
  const hrefOf = (group: Group, sum: UsageSum): string | null => {
    if (group === 'user' && sum.userId) return adminHash('usage', { ...said, userId: sum.userId });
    return group === 'key' && sum.keyId ? adminHash('usage', { ...said, keyId: sum.keyId }) : null;
  };
  return (
    <>
      {(userId ?? keyId) !== undefined && (
        <div className="flex flex-wrap items-center gap-2 text-sm">
          {userId !== undefined && (
            <Only text={t('Only of the user {{user}}', { user: userId })} onEnd={() => onSearch({ userId: '' })} />
          )}
          {keyId !== undefined && (
            <Only
              text={t('Only with the key {{key}}', { key: keys.get(keyId) ?? keyId })}
              onEnd={() => onSearch({ keyId: '' })}
            />
          )}
        </div>
      )}
      <UsageReport {...{ filter: { userId, keyId }, groups: GROUPS, keys, search, onSearch, hrefOf }} />
    </>
  );
}

function Only({ text, onEnd }: { text: string; onEnd: () => void }) {
  return (
    <span className="flex min-w-0 items-center gap-2 rounded-lg bg-muted px-2.5 py-1.5">
      <span className="min-w-0 break-all">{text}</span>
      <button type="button" className="button" onClick={onEnd}>
        {t('Show all')}
      </button>
    </span>
  );
}
