import { createContext, useContext, useEffect, useState } from 'react';
import { accountApi } from '../api/account-api';
import { ApiProblem } from '../api/problem';
import type { Account } from '../api/types';
import { ownedBy, watchOwner } from '../browser/own-storage';
import { readPatiently } from './patient-reading';

/** Who has the page open; null until that is known. */
export const AccountContext = createContext<Account | null>(null);

export const useAccount = (): Account | null => useContext(AccountContext);

/** Who changes no chat, whatever their role in its project; false until it is known. */
export const useIsReader = (): boolean => useAccount()?.permissions.includes('chat:write') === false;

export function useOwnAccount(): Account | null {
  const [account, setAccount] = useState<Account | null>(null);
  useEffect(() => {
    let isLeft = false;
    // Whoever is not signed in is asked to by the call itself, and reads anew then; a server that is away is asked again.
    void readPatiently(readOnce, () => isLeft).then((read) => {
      if (read === null || read === 'refused') return;
      if (ownedBy(read.id)) window.location.reload();
      else setAccount(read);
    });
    const unwatch = watchOwner();
    return () => {
      isLeft = true;
      unwatch();
    };
  }, []);
  return account;
}

async function readOnce(): Promise<Account | 'refused'> {
  try {
    return await accountApi.read();
  } catch (problem) {
    if (problem instanceof ApiProblem && !problem.isTransient) return 'refused';
    throw problem;
  }
}
