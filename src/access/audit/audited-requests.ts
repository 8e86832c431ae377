import type { NextFunction, Request, Response } from 'express';
import { User } from '../../auth/user';
import { AuditLog } from './audit-log';

const REFUSED: readonly number[] = [401, 403];
/** The part of a path that is a secret. */
const SECRET_SEGMENT = /(\/(?:shared|sign-in\/link)\/)[^/]+/;

/** What is changed by a path, of what no part of the service notes more exactly by itself. */
const CHANGES: readonly (readonly [RegExp, string])[] = [
  [/^\/api\/v1\/tokens(?:\/|$)/, 'token.changed'],
  [/^\/api\/v1\/account(?:\/|$)/, 'account.changed'],
  [/^\/api\/v1\/admin\/gateway-keys(?:\/|$)/, 'gateway_key.changed'],
  [/^\/api\/v1\/settings(?:\/|$)/, 'settings.changed'],
  [/^\/api\/v1\/admin\/(?!users\/|projects\/)/, 'admin.changed'],
];

const changeOf = (path: string): string | undefined => CHANGES.find(([form]) => form.test(path))?.[1];

/**
 * Notes requests that were refused for who sent them, every form that somebody has sent to sign in, and
 * changes of tokens, keys and settings, whichever part of
 * the service has answered.
 */
export function auditedRequests(log: AuditLog) {
  return (request: Request & { user?: User }, response: Response, next: NextFunction): void => {
    const { method, path } = request;
    const changed = method === 'GET' || method === 'HEAD' ? undefined : changeOf(path);
    const isSignIn = method === 'POST' && /^\/sign-in(?:\/|$)/.test(path);
    response.once('finish', () => {
      const isRefused = REFUSED.includes(response.statusCode);
      const isChange = changed !== undefined && response.statusCode < 400;
      if (!isRefused && !isSignIn && !isChange) return;
      log.record({
        ...{ action: isSignIn ? 'sign_in' : isChange ? changed : 'request.refused', by: request.user },
        outcome: response.statusCode >= 400 ? 'refused' : 'done',
        target: { kind: 'route', id: `${method} ${path.replace(SECRET_SEGMENT, '$1***')}` },
        detail: { status: response.statusCode },
      });
    });
    next();
  };
}
