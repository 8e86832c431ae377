import type { NextFunction, Request, Response } from 'express';
import { TrustedProxies } from './client-address';
import { newId } from './ids';
import { ComponentLogger } from './logger';
import { requestContext } from './request-context';

/** The part of a path by which whoever reads it could read a chat. */
const SECRET_SEGMENT = /(\/shared\/)[^/]+/i;

const REQUEST_ID = /^[\w.:-]{1,100}$/;

/**
 * Gives every request an id, the caller's own where it sent a usable `x-request-id`, returns it with the answer, and
 * logs the request when it has been answered.
 */
export function requestLog(logger: ComponentLogger, proxies: TrustedProxies) {
  return (request: Request, response: Response, next: NextFunction): void => {
    const sent = request.get('x-request-id');
    const requestId = sent !== undefined && REQUEST_ID.test(sent) ? sent : newId();
    response.setHeader('x-request-id', requestId);
    const startedAt = performance.now();
    requestContext.run({ requestId, address: proxies.addressOf(request) }, () => {
      response.once('close', () => {
        const { method, path } = request;
        const fields = {
          method,
          path: path.replace(SECRET_SEGMENT, '$1***'),
          status: response.statusCode,
          ms: Math.round(performance.now() - startedAt),
        };
        logger.debug({ ...fields, aborted: !response.writableFinished }, 'request');
      });
      next();
    });
  };
}
