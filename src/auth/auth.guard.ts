import { CanActivate, ExecutionContext, Injectable } from '@nestjs/common';
import { Request } from 'express';
import { Authenticator } from './authenticator';
import { User } from './user';

declare module 'express' {
  interface Request {
    user?: User;
  }
}

/** Puts the caller into the request. */
@Injectable()
export class AuthGuard implements CanActivate {
  constructor(private readonly authenticator: Authenticator) {}

  /** @throws DomainError 401 `unauthenticated`. */
  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<Request>();
    request.user = this.authenticator.authenticate(request);
    return true;
  }
}
