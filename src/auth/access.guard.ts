import { CanActivate, ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { Request } from 'express';
import { DomainError } from '../common/domain.error';
import { Authenticator } from './authenticator';
import { ADMITTED_BY, PERMISSION, PUBLIC } from './authorized.decorator';
import { Permission, requirePermission } from './permission';
import { Principal } from './principal';

declare module 'express' {
  interface Request {
    /** Who calls; set at the entrance, or by AccessGuard. */
    user?: Principal;
  }
}

/** What a handler, or the class that it belongs to, says about who may call it; undefined: nothing, so nobody may. */
export type Access = Permission | 'public' | 'elsewhere' | undefined;

/** @param handler a method of `owner` */
export function accessOf(reflector: Reflector, handler: CallableFunction, owner: CallableFunction): Access {
  const targets = [handler, owner] as Parameters<Reflector['getAllAndOverride']>[1];
  if (reflector.getAllAndOverride<unknown>(ADMITTED_BY, targets) !== undefined) return 'elsewhere';
  const permission = reflector.getAllAndOverride<Permission | undefined>(PERMISSION, targets);
  if (permission !== undefined) return permission;
  return reflector.getAllAndOverride<boolean | undefined>(PUBLIC, targets) === true ? 'public' : undefined;
}

/**
 * The one guard of all routes: who calls must have the permission of `@Authorized`. A route that says nothing is refused for
 * everybody; the start has told of it already, see RouteAudit.
 */
@Injectable()
export class AccessGuard implements CanActivate {
  constructor(
    private readonly authenticator: Authenticator,
    private readonly reflector: Reflector,
  ) {}

  /** @throws DomainError 401 `unauthenticated`, 403 `admin_only` or `permission_denied`, or for a route that says nothing */
  async canActivate(context: ExecutionContext): Promise<boolean> {
    // Calls over a socket are checked when they arrive, see CallPermissions: here they have no request.
    if (context.getType() === 'ws') return true;
    const access = accessOf(this.reflector, context.getHandler(), context.getClass());
    if (access === 'public' || access === 'elsewhere') return true;
    if (access === undefined) throw new DomainError(403, 'permission_denied', 'Nobody may call this route.');
    // A call over Socket.IO has been refused before its handler where the caller may not make it, with an acknowledgement.
    if (context.getType() === 'ws') return true;
    const request = context.switchToHttp().getRequest<Request>();
    request.user ??= await this.authenticator.authenticate(request);
    requirePermission(request.user, access);
    return true;
  }
}
