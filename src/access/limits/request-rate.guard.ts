import { CanActivate, ExecutionContext, Injectable } from '@nestjs/common';
import type { Request } from 'express';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { User } from '../../auth/user';
import { API_PATHS } from '../../common/api-paths';
import { TrustedProxies } from '../../common/client-address';
import { AccountConfig } from '../../config/account.config';
import { ServerConfig } from '../../config/server.config';
import { limitReached } from './limit-reached';

/** Answers so many requests at the paths of programs, but for `/v1`, of one user, or of one address where nobody has signed in, in a minute. */
@Injectable()
export class RequestRateGuard implements CanActivate {
  private readonly proxies: TrustedProxies;
  private readonly limiter: RateLimiterMemory | undefined;

  constructor({ requestsPerMinute: points }: AccountConfig, { trustedProxies }: ServerConfig) {
    this.proxies = new TrustedProxies(trustedProxies);
    this.limiter = points === 0 ? undefined : new RateLimiterMemory({ points, duration: 60 });
  }

  /** @throws DomainError 429 `limit_reached` */
  async canActivate(context: ExecutionContext): Promise<boolean> {
    if (this.limiter === undefined || context.getType() !== 'http') return true;
    const request = context.switchToHttp().getRequest<Request & { user?: User }>();
    const { user } = request;
    // Where everybody is the one user of this machine, that is no one person's share.
    if (!COUNTED.test(request.path) || (user !== undefined && isNobodyInParticular(user))) return true;
    try {
      await this.limiter.consume(user === undefined ? this.proxies.callerOf(request) : `user ${user.id}`);
    } catch (error) {
      if (error instanceof RateLimiterRes) throw limitReached('requests_per_minute', error.msBeforeNext / 1000);
      throw error;
    }
    return true;
  }
}

const COUNTED = new RegExp(`^(?:${API_PATHS.join('|')})(?:/|$)`);
const isNobodyInParticular = (user: User): boolean => !('via' in user) || user.via === 'none';
