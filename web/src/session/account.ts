import { createContext, useContext, useEffect, useState } from 'react';
import { accountApi } from '../api/account-api';
import type { Account } from '../api/types';

/** Who has the page open; null until that is known. */
export const AccountContext = createContext<Account | null>(null);

export const useAccount = (): Account | null => useContext(AccountContext);

export function useOwnAccount(): Account | null {
  const [account, setAccount] = useState<Account | null>(null);
  useEffect(() => {
    // Whoever is not signed in is asked to by the call itself.
    accountApi.read().then(setAccount, () => setAccount(null));
  }, []);
  return account;
}
