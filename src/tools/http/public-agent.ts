import { lookup, LookupAddress, LookupOptions } from 'node:dns';
import { isIP } from 'node:net';
import { Agent } from 'undici';
import { isPrivateAddress } from '../../common/private-address';
import { ToolRefusal } from '../tool';

const CONNECT_TIMEOUT_MS = 10_000;

type Answer = (error: Error | null, addresses: LookupAddress[] | string, family?: number) => void;

/** Connections to public addresses alone: those that a name leads to are checked, and the connection goes to one of them. */
export const publicAgent = (): Agent => new Agent({ connect: { timeout: CONNECT_TIMEOUT_MS, lookup: publicLookup } });

/** For addresses of the operator's own network, too. */
export const openAgent = (): Agent => new Agent({ connect: { timeout: CONNECT_TIMEOUT_MS } });

/** An address that is written out is looked up by nobody. @throws ToolRefusal */
export function requirePublic({ hostname }: URL): void {
  const bare = hostname.replace(/^\[|\]$/g, '');
  if (isIP(bare) !== 0 && isPrivateAddress(bare)) throw privateAddress(hostname);
}

/** A lookup for connections: all that a name leads to must be public. */
export function publicLookup(host: string, options: LookupOptions, answer: Answer): void {
  lookup(host, { ...options, all: true }, (error, addresses) => {
    if (error) return answer(error, []);
    const [first] = addresses;
    if (first === undefined || addresses.some(({ address }) => isPrivateAddress(address))) {
      return answer(privateAddress(host), []);
    }
    if (options.all) answer(null, addresses);
    else answer(null, first.address, first.family);
  });
}

const privateAddress = (host: string): ToolRefusal =>
  new ToolRefusal(`${host} leads to a private address, which this tool must not ask`);
