import { timingSafeEqual } from 'node:crypto';
import { newSecret } from '../../auth/secret';

/** What the keys of clients from outside begin with; the app-servers' begin with `crk-`. */
export const GATEWAY_KEY_PREFIX = 'crg-';
/** What no open caller's made-up bearer may begin with: it is a key of ours that has become wrong. */
export const OUR_KEY_PREFIXES: readonly string[] = [GATEWAY_KEY_PREFIX, 'crk-'];

/** A new key. */
export const newGatewayKey = (): string => `${GATEWAY_KEY_PREFIX}${newSecret()}`;

/** Whether two hashes are the same, in a time that does not tell where they differ. */
export function isSameHash(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one, 'hex'), Buffer.from(other, 'hex')];
  return a.length === b.length && timingSafeEqual(a, b);
}
