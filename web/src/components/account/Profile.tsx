import { useState } from 'react';
import { accountApi } from '../../api/account-api';
import { describeError } from '../../api/problem';
import type { Account } from '../../api/types';
import { disown } from '../../browser/own-storage';
import { isolated, t } from '../../languages/text';
import { ROLE_NAMES } from '../admin/roles';
import { Fault } from '../shell/Page';

export function Profile({ account }: { account: Account }) {
  const [error, setError] = useState<string | null>(null);
  const signOut = () => {
    accountApi.signOut().then(
      (redirect) => {
        disown();
        window.location.assign(redirect ?? './');
      },
      (cause: unknown) => setError(describeError(cause)),
    );
  };
  return (
    <section className="flex flex-wrap items-center gap-3" aria-label={t('Profile')}>
      <div className="min-w-0 flex-1">
        <h2 className="truncate text-lg font-semibold">
          <bdi>{account.displayName}</bdi>
        </h2>
        <p className="text-sm break-words text-muted-foreground">
          {[t(ROLE_NAMES[account.role]), account.email]
            .filter((word) => word !== null)
            .map(isolated)
            .join(' · ')}
        </p>
        <p className="text-xs break-all text-muted-foreground">{t('Id: {{id}}', { id: account.id })}</p>
      </div>
      {account.isSession && (
        <button type="button" className="button" onClick={signOut}>
          {t('Sign out')}
        </button>
      )}
      <Fault text={error} />
    </section>
  );
}
