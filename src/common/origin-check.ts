import type { NextFunction, Request, Response } from 'express';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { ServerConfig } from '../config/server.config';
import { DomainError } from './domain.error';
import { sendProblem } from './problem.filter';

const READING_METHODS = ['GET', 'HEAD', 'OPTIONS'];

/** Whether requests of this method change nothing. */
export const isReading = (method: string): boolean => READING_METHODS.includes(method);

/** Whether a page of this origin may call the service: one of the service's own, or of CORS_ORIGINS. */
export function isAllowedOrigin(
  { origin = '', host }: IncomingHttpHeaders,
  { corsOrigins }: Pick<ServerConfig, 'corsOrigins'>,
): boolean {
  return corsOrigins.includes(origin) || (URL.canParse(origin) && new URL(origin).host === host);
}

/** Whether a request can come from a page of ours, or from no page at all, and from no page of elsewhere. */
export function isOwnPage(headers: IncomingHttpHeaders, config: Pick<ServerConfig, 'corsOrigins'>): boolean {
  if (headers.origin !== undefined) return isAllowedOrigin(headers, config);
  // A page's GET has no Origin, but browsers say where it comes from; `none` is the address bar.
  const site = headers['sec-fetch-site'];
  return site === undefined || site === 'same-origin' || site === 'none';
}

/**
 * The refusal of a request that changes something and comes from a page of elsewhere; undefined for any other. Browsers
 * send such requests without asking and keep only the answer from the page. Programs name no origin.
 */
export function foreignChange(
  { method = '', headers }: Pick<IncomingMessage, 'method' | 'headers'>,
  config: Pick<ServerConfig, 'corsOrigins'>,
): DomainError | undefined {
  if (isReading(method) || headers.origin === undefined) return undefined;
  if (isAllowedOrigin(headers, config)) return undefined;
  const detail = `Pages of "${headers.origin}" may change nothing here; the operator can add it to CORS_ORIGINS.`;
  return new DomainError(403, 'origin_not_allowed', detail);
}

/** Refuses what pages of elsewhere want to change. */
export function originCheck(config: ServerConfig) {
  return (request: Request, response: Response, next: NextFunction): void => {
    const refusal = foreignChange(request, config);
    if (refusal === undefined) return next();
    sendProblem(response, refusal);
  };
}
