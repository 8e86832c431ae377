import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** What the keys of clients from outside begin with; the app-servers' begin with `crk-`. */
export const GATEWAY_KEY_PREFIX = 'crg-';
/** What no open caller's made-up bearer may begin with: it is a key of ours that has become wrong. */
export const OUR_KEY_PREFIXES: readonly string[] = [GATEWAY_KEY_PREFIX, 'crk-'];

const KEY_BYTES = 32;

/** A new key: 256 random bits, so that its plain SHA-256 cannot be turned back by guessing. */
export const newGatewayKey = (): string => `${GATEWAY_KEY_PREFIX}${randomBytes(KEY_BYTES).toString('base64url')}`;

/** What is stored of a key: SHA-256 in hexadecimal digits. */
export const hashOfKey = (key: string): string => createHash('sha256').update(key, 'utf8').digest('hex');

/** Whether two hashes are the same, in a time that does not tell where they differ. */
export function isSameHash(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one, 'hex'), Buffer.from(other, 'hex')];
  return a.length === b.length && timingSafeEqual(a, b);
}
