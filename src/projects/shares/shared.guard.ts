import { CanActivate, ExecutionContext, Injectable } from '@nestjs/common';
import type { Request, Response } from 'express';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { limitReached } from '../../access/limits/limit-reached';
import { TrustedProxies } from '../../common/client-address';
import { AccountConfig } from '../../config/account.config';
import { ServerConfig } from '../../config/server.config';

/** Lets so many readers of links through as an address may have, and keeps what they read out of caches and indexes. */
@Injectable()
export class SharedGuard implements CanActivate {
  private readonly proxies: TrustedProxies;
  private readonly limiter: RateLimiterMemory | undefined;

  constructor({ sharedRequestsPerMinute: points }: AccountConfig, { trustedProxies }: ServerConfig) {
    this.proxies = new TrustedProxies(trustedProxies);
    this.limiter = points === 0 ? undefined : new RateLimiterMemory({ points, duration: 60 });
  }

  /** @throws DomainError 429 `limit_reached` */
  async canActivate(context: ExecutionContext): Promise<boolean> {
    const http = context.switchToHttp();
    http.getResponse<Response>().set({
      'Cache-Control': 'no-store',
      'Referrer-Policy': 'no-referrer',
      'X-Robots-Tag': 'noindex, nofollow',
    });
    try {
      await this.limiter?.consume(this.proxies.callerOf(http.getRequest<Request>()));
    } catch (error) {
      if (error instanceof RateLimiterRes) throw limitReached('shared_requests_per_minute', error.msBeforeNext / 1000);
      throw error;
    }
    return true;
  }
}
