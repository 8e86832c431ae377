import { CanActivate, ExecutionContext, Injectable } from '@nestjs/common';
import { Request } from 'express';
import { DomainError } from '../common/domain.error';

/** Lets in administrators; to be named after AuthGuard, which says who calls. */
@Injectable()
export class AdminGuard implements CanActivate {
  /** @throws DomainError 403 `admin_only`. */
  canActivate(context: ExecutionContext): boolean {
    const { user } = context.switchToHttp().getRequest<Request>();
    if (user?.isAdmin === true) return true;
    throw new DomainError(403, 'admin_only', 'Only an administrator may do this.');
  }
}
