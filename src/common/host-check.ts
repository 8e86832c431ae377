import type { NextFunction, Request, Response } from 'express';
import { isIP } from 'node:net';
import { ServerConfig } from '../config/server.config';
import { DomainError } from './domain.error';
import { sendProblem } from './problem.filter';

/** Whether a host name or address can only mean this machine. */
const isLoopback = (host: string): boolean =>
  host === 'localhost' ||
  host.endsWith('.localhost') ||
  host === '::1' ||
  (isIP(host) === 4 && host.startsWith('127.'));

/**
 * Whether the service answers for the name in a request's `Host` header.
 *
 * While it listens on loopback only, that must be a name of this machine: a web page can make its own name point to
 * 127.0.0.1 (DNS rebinding), its requests carry that name, and there is no sign-in that would stop them.
 */
export function answersFor(
  hostHeader: string | undefined,
  { host: ownHost, allowedHosts }: Pick<ServerConfig, 'host' | 'allowedHosts'>,
): boolean {
  const host = hostName(hostHeader ?? '');
  return !isLoopback(ownHost) || isLoopback(host) || allowedHosts.includes(host);
}

/** Refuses requests for names that are not this service's. */
export function hostCheck(config: ServerConfig) {
  return (request: Request, response: Response, next: NextFunction): void => {
    const { host } = request.headers;
    if (answersFor(host, config)) return next();
    const detail = `This service does not answer for "${hostName(host ?? '')}"; its operator can add it to ALLOWED_HOSTS.`;
    sendProblem(response, new DomainError(421, 'host_not_allowed', detail));
  };
}

/** The name without the port, and without the brackets of an IPv6 address. */
const hostName = (header: string): string =>
  header
    .replace(/:\d*$/, '')
    .replace(/^\[|\]$/g, '')
    .toLowerCase();
