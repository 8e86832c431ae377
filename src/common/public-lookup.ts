import { lookup, LookupAddress, LookupOptions } from 'node:dns';
import { isIP } from 'node:net';
import { isPrivateAddress } from './private-address';

type Answer = (error: Error | null, addresses: LookupAddress[] | string, family?: number) => void;

/** The host of an address, an IPv6 address without its brackets. */
export const bareHost = (hostname: string): string => hostname.replace(/^\[|\]$/g, '');

/** Whether the host is an address that is written out, and a private one: that is looked up by nobody. */
export function isPrivateHost(hostname: string): boolean {
  const bare = bareHost(hostname);
  return isIP(bare) !== 0 && isPrivateAddress(bare);
}

/**
 * A lookup for connections that finds public addresses alone: all that a name leads to must be public, and the connection goes to one of
 * those that were checked.
 *
 * @param refusal of a host that leads to a private one
 */
export const publicLookup =
  (refusal: (host: string) => Error) =>
  (host: string, options: LookupOptions, answer: Answer): void => {
    lookup(host, { ...options, all: true }, (error, addresses) => {
      if (error) return answer(error, []);
      const [first] = addresses;
      if (first === undefined || addresses.some(({ address }) => isPrivateAddress(address))) {
        return answer(refusal(host), []);
      }
      if (options.all) answer(null, addresses);
      else answer(null, first.address, first.family);
    });
  };
