import type { NextFunction, Request, Response } from 'express';
import { User } from '../../auth/user';
import { requestContext } from '../../common/request-context';
import { AuditLog } from './audit-log';

const REFUSED: readonly number[] = [401, 403];
/** The part of a path that is a secret. */
const SECRET_SEGMENT = /(\/(?:shared|sign-in\/link)\/)[^/]+/;

/** What is changed by a method and a path, of what no part of the service notes more exactly by itself. */
const CHANGES: readonly (readonly [RegExp, string])[] = [
  [/^POST \/api\/v1\/tokens\/?$/, 'token.created'],
  [/^DELETE \/api\/v1\/tokens\//, 'token.revoked'],
  [/^\w+ \/api\/v1\/tokens(?:\/|$)/, 'token.changed'],
  [/^POST \/api\/v1\/account\/sign-out\/?$/, 'sign_out'],
  [/^POST \/api\/v1\/account\/password\/?$/, 'account.password_changed'],
  [/^POST \/sign-in\/oidc\/back-channel\/?$/, 'session.ended'],
  [/^DELETE \/api\/v1\/account\/sessions(?:\/|$)/, 'session.ended'],
  [/^POST \/api\/v1\/admin\/account-links\/?$/, 'account_link.created'],
  [/^POST \/api\/v1\/admin\/gateway-keys\/?$/, 'gateway_key.created'],
  [/^DELETE \/api\/v1\/admin\/gateway-keys\//, 'gateway_key.deleted'],
  [/^\w+ \/api\/v1\/admin\/gateway-keys(?:\/|$)/, 'gateway_key.changed'],
  [/^\w+ \/api\/v1\/settings(?:\/|$)/, 'settings.changed'],
  [/^\w+ \/api\/v1\/admin\/(?!users\/|projects\/)/, 'admin.changed'],
];

const changeOf = (call: string): string | undefined => CHANGES.find(([form]) => form.test(call))?.[1];

/** A form that is sent, or a browser that comes back from the identity provider. */
const SIGN_IN = /^(?:POST \/sign-in(?:\/link|)|GET \/sign-in\/oidc\/callback)\/?$/;

/**
 * Notes requests that were refused for who sent them, every form that somebody has sent to sign in, and
 * changes of tokens, keys and settings, whichever part of
 * the service has answered.
 */
export function auditedRequests(log: AuditLog) {
  return (request: Request & { user?: User }, response: Response, next: NextFunction): void => {
    const { method, path } = request;
    const call = `${method} ${path}`;
    const changed = method === 'GET' || method === 'HEAD' ? undefined : changeOf(call);
    const isSignIn = SIGN_IN.test(call);
    const context = requestContext.getStore();
    const noted = (): void => {
      const { userId, target, detail } = context?.audit ?? {};
      const isRefused = REFUSED.includes(response.statusCode);
      const isChange = changed !== undefined && response.statusCode < 400;
      if (!isRefused && !isSignIn && !isChange) return;
      log.record({
        action: isSignIn ? 'sign_in' : isChange ? changed : 'request.refused',
        by: request.user ?? (userId === undefined ? undefined : { id: userId, isAdmin: false }),
        outcome: response.statusCode >= 400 ? 'refused' : 'done',
        target: target ?? { kind: 'route', id: call.replace(SECRET_SEGMENT, '$1***') },
        detail: { status: response.statusCode, ...detail },
      });
    };
    // Where it comes from is known in its context alone.
    response.once('finish', () => (context === undefined ? noted() : requestContext.run(context, noted)));
    next();
  };
}
