import type { NextFunction, Request, Response } from 'express';
import { newId } from './ids';
import { ComponentLogger } from './logger';
import { requestContext } from './request-context';

const REQUEST_ID = /^[\w.:-]{1,100}$/;

/**
 * Gives every request an id, the caller's own where it sent a usable `x-request-id`, returns it with the answer, and
 * logs the request when it has been answered.
 */
export function requestLog(logger: ComponentLogger) {
  return (request: Request, response: Response, next: NextFunction): void => {
    const sent = request.get('x-request-id');
    const requestId = sent !== undefined && REQUEST_ID.test(sent) ? sent : newId();
    response.setHeader('x-request-id', requestId);
    const startedAt = performance.now();
    requestContext.run({ requestId }, () => {
      response.once('close', () => {
        const { method, path } = request;
        const fields = { method, path, status: response.statusCode, ms: Math.round(performance.now() - startedAt) };
        logger.debug({ ...fields, aborted: !response.writableFinished }, 'request');
      });
      next();
    });
  };
}
