import { isIP } from 'node:net';
import { ServerConfig } from '../config/server.config';
import { DomainError } from './domain.error';

/** Whether a host name or address can only mean this machine. */
export const isLoopbackHost = (host: string): boolean =>
  host === 'localhost' ||
  host.endsWith('.localhost') ||
  host === '::1' ||
  (isIP(host) === 4 && host.startsWith('127.'));

type HostSettings = Pick<ServerConfig, 'host' | 'allowedHosts'>;

/**
 * Whether the service answers for the name in a request's `Host` header: one that only this machine has, or one of
 * ALLOWED_HOSTS. A web page can make its own name point to any address (DNS rebinding), and its requests carry that name;
 * an address it cannot make up, so where the service listens beyond loopback, every address will do.
 */
export function answersFor(hostHeader: string | undefined, { host: ownHost, allowedHosts }: HostSettings): boolean {
  // Only a program can leave it out, of HTTP/1.0: the probe of a load balancer, say.
  if (hostHeader === undefined) return !isLoopbackHost(ownHost);
  const host = hostName(hostHeader);
  if (isLoopbackHost(host) || allowedHosts.includes(host)) return true;
  return !isLoopbackHost(ownHost) && (isIP(host) !== 0 || host === ownHost.toLowerCase());
}

/** The refusal of a request for a name that is not this service's; undefined for any other. */
export function foreignHost(hostHeader: string | undefined, settings: HostSettings): DomainError | undefined {
  if (answersFor(hostHeader, settings)) return undefined;
  const detail = `This service does not answer for "${hostName(hostHeader ?? '')}"; its operator can add it to ALLOWED_HOSTS.`;
  return new DomainError(421, 'host_not_allowed', detail);
}

/** The name without the port, and without the brackets of an IPv6 address. */
const hostName = (header: string): string =>
  header
    .replace(/:\d*$/, '')
    .replace(/^\[|\]$/g, '')
    .toLowerCase();
