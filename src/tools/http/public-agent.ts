import { Agent } from 'undici';
import { isPrivateHost, publicLookup } from '../../common/public-lookup';
import { ToolRefusal } from '../tool';

const CONNECT_TIMEOUT_MS = 10_000;

const privateAddress = (host: string): ToolRefusal =>
  new ToolRefusal(`${host} leads to a private address, which this tool must not ask`);

/** Connections to public addresses alone: those that a name leads to are checked, and the connection goes to one of them. */
export const publicAgent = (): Agent =>
  new Agent({ connect: { timeout: CONNECT_TIMEOUT_MS, lookup: publicLookup(privateAddress) } });

/** For addresses of the operator's own network, too. */
export const openAgent = (): Agent => new Agent({ connect: { timeout: CONNECT_TIMEOUT_MS } });

/** An address that is written out is looked up by nobody. @throws ToolRefusal */
export function requirePublic({ hostname }: URL): void {
  if (isPrivateHost(hostname)) throw privateAddress(hostname);
}
