import express, { type NextFunction, type Request, type RequestHandler, type Response } from 'express';
import { DomainError } from './domain.error';
import { sendProblem } from './problem.filter';

/** Reads a body of JSON, and refuses one of anything else. @param limit of its length, as `16mb` */
export function jsonBody(limit: string): RequestHandler[] {
  // What the first leaves is not said to be JSON.
  return [express.json({ limit, strict: false }), express.raw({ limit, type: () => true }), refuseOthers];
}

const UNSUPPORTED_MEDIA_TYPE = new DomainError(
  415,
  'unsupported_media_type',
  'The body must be JSON, and the header Content-Type must say so: application/json.',
);

/** An empty body is none, whatever its type. */
function refuseOthers(request: Request, response: Response, next: NextFunction): void {
  const body: unknown = request.body;
  if (!Buffer.isBuffer(body)) return next();
  if (body.length > 0) return sendProblem(response, UNSUPPORTED_MEDIA_TYPE);
  request.body = undefined;
  next();
}
