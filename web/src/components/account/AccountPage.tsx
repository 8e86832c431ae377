import { useCallback, useEffect, useState } from 'react';
import { accountApi } from '../../api/account-api';
import { describeError } from '../../api/problem';
import type { Account } from '../../api/types';
import { Fault, Page } from '../shell/Page';
import { OwnLimits } from './OwnLimits';
import { OwnRules } from './OwnRules';
import { PasswordForm } from './PasswordForm';
import { Sessions } from './Sessions';
import { Tokens } from './Tokens';

/** Who one is here, where one is signed in, and with which tokens one's programs call. */
export function AccountPage({ onOpenDrawer }: { onOpenDrawer: () => void }) {
  const [account, setAccount] = useState<Account | null>(null);
  const [error, setError] = useState<string | null>(null);
  const fail = useCallback((cause: unknown) => setError(describeError(cause)), []);
  useEffect(() => void accountApi.read().then(setAccount, fail), [fail]);
  return (
    <Page title="Account" onOpenDrawer={onOpenDrawer}>
      <Fault text={error} />
      {account && <Profile account={account} onFault={fail} />}
      {account && <OwnLimits onFault={fail} />}
      {account?.permissions.includes('chat:write') && <OwnRules />}
      {account?.hasPassword && <PasswordForm />}
      {account?.isSession && <Sessions onFault={fail} />}
      {account?.permissions.includes('account') && <Tokens account={account} onFault={fail} />}
    </Page>
  );
}

function Profile({ account, onFault }: { account: Account; onFault: (cause: unknown) => void }) {
  const signOut = () => {
    accountApi.signOut().then((redirect) => window.location.assign(redirect ?? './'), onFault);
  };
  return (
    <section className="flex flex-wrap items-center gap-3">
      <div className="min-w-0 flex-1">
        <h2 className="truncate text-lg font-semibold">{account.displayName}</h2>
        <p className="text-sm text-muted-foreground">
          {account.role}
          {account.email && ` · ${account.email}`}
        </p>
      </div>
      {account.isSession && (
        <button type="button" className="button" onClick={signOut}>
          Sign out
        </button>
      )}
    </section>
  );
}
