import { useCallback, useEffect, useState, useSyncExternalStore } from 'react';
import { ApiProblem, describeError } from '../api/problem';
import { pushApi } from '../api/push-api';
import type { Account } from '../api/types';
import { canPush, isSubscribed, leaveWords, subscribe, unsubscribe } from '../browser/push';
import { onPushRegistration, pushRegistration, setPushRegistration } from '../browser/push-registration';
import { t } from '../languages/text';

export interface Push {
  /** Whether the person who has the page open is told in this browser while it is closed. */
  readonly isOn: boolean;
  readonly isBusy: boolean;
  readonly error: string | null;
  readonly turn: (on: boolean) => void;
}

/** @param mayNotify whether the person has allowed notifications, and wants some */
export function usePush(account: Account | null, mayNotify: boolean): Push {
  const [isBusy, setIsBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const registered = useSyncExternalStore(onPushRegistration, pushRegistration);
  const isOwn = account !== null && registered?.user === account.id;

  const run = useCallback((change: Promise<void>): void => {
    setIsBusy(true);
    setError(null);
    change.catch((problem: unknown) => setError(describeError(problem))).finally(() => setIsBusy(false));
  }, []);
  const turn = (on: boolean): void => {
    if (account !== null) run(on ? register(account) : forgetThisBrowser());
  };

  // Once for each page that is opened: the session, what the browser has subscribed, and the key of the service may be others.
  useEffect(() => {
    if (account !== null && mayNotify && canPush()) renew(account).catch(() => undefined);
  }, [account, mayNotify]);
  return { isOn: isOwn && mayNotify, isBusy, error, turn };
}

/** @throws Error in words */
async function register(account: Account): Promise<void> {
  const { publicKey } = await pushApi.settings();
  if (publicKey === null) throw new Error(t('Whoever runs this server has switched it off.'));
  await leaveWords();
  const address = await subscribe(publicKey).catch((cause: unknown) => {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new Error(t('The browser has not subscribed at its push service: {{why}}', { why }));
  });
  const { id } = await pushApi.register(address);
  setPushRegistration({ user: account.id, sessionEnd: account.expiresAt, device: id });
}

/** Says it again where it was said before, unless this browser was removed from the list of devices meanwhile. */
async function renew(account: Account): Promise<void> {
  const known = pushRegistration();
  if (known?.user !== account.id) return;
  const { publicKey } = await pushApi.settings();
  // With a session that is over, or a subscription that is lost, the device has gone by itself.
  if (publicKey !== null && known.sessionEnd === account.expiresAt && (await isSubscribed(publicKey))) {
    const { data } = await pushApi.list();
    if (!data.some(({ id }) => id === known.device)) return forgetThisBrowser();
  }
  await register(account);
}

/** Tells this browser nothing any more while the page is closed. @throws ApiProblem, NetworkProblem */
export async function forgetThisBrowser(): Promise<void> {
  const known = pushRegistration();
  setPushRegistration(null);
  await unsubscribe();
  if (known === null) return;
  await pushApi.remove(known.device).catch((problem: unknown) => {
    // It has been removed elsewhere, or with its session.
    if (!(problem instanceof ApiProblem && problem.status === 404)) throw problem;
  });
}
