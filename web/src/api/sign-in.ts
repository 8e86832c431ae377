import { t } from '../languages/text';
import { explained } from './problem-words';
/** Asks for whoever sits here to sign in again. */
export const SIGN_IN_NEEDED_EVENT = 'relay:sign-in-needed';

export const askForSignIn = (): void => void window.dispatchEvent(new Event(SIGN_IN_NEEDED_EVENT));

/** How people sign in here. */
export interface SignInMethod {
  readonly method: string;
  /** Name of the identity provider; null: there is none. */
  readonly provider: string | null;
}

/** With the one access token of a service it is not told, as nothing else is. */
export async function signInMethod(): Promise<SignInMethod> {
  try {
    const response = await fetch('sign-in', { headers: { accept: 'application/json' } });
    if (response.ok) return response.json<SignInMethod>();
  } catch {
    // The server is away: a later call asks again.
  }
  return { method: 'Token', provider: null };
}

/**
 * Answered with a cookie that no script can read. Everything on the page was loaded, or refused, without it, so it is loaded
 * anew.
 *
 * @returns what was wrong
 */
export async function signIn(fields: URLSearchParams, method: string): Promise<string | null> {
  const headers = method === 'Token' ? undefined : { accept: 'application/json' };
  const response = await fetch('sign-in', { method: 'POST', body: fields, redirect: 'manual', headers }).catch(
    () => null,
  );
  if (response === null) return t('The server could not be reached.');
  if (method !== 'Token' && !response.ok) return detailOf(await response.text());
  window.location.reload();
  return null;
}

function detailOf(text: string): string {
  try {
    const { detail, code } = JSON.parse(text) as { detail?: unknown; code?: unknown };
    if (typeof detail === 'string') return typeof code === 'string' ? explained(code, detail) : detail;
  } catch {
    // A proxy in between has answered.
  }
  return t('Signing in failed.');
}
