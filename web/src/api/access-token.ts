import { readText, writeText } from '../browser/storage';

const KEY = 'relay.token';

/** The bearer token of a backend that asks for one; null where authentication is off. */
export function accessToken(): string | null {
  return readText(KEY);
}

export function saveAccessToken(token: string): void {
  writeText(KEY, token.trim() || null);
}
