import { Injectable } from '@nestjs/common';
import { errors, type JWTPayload, jwtVerify } from 'jose';
import { ServerConfig } from '../../config/server.config';
import { BoundedMap } from '../../common/bounded-map';
import { OidcProvider } from './oidc-provider';

const BACK_CHANNEL = 'http://schemas.openid.net/event/backchannel-logout';
const MAX_TOKEN_LENGTH = 16_384;
const MAX_SEEN = 10_000;
const MAX_LOGOUT_AGE_SECONDS = 300;

/** What the provider says about the end of a session of its own. */
export interface LogoutNotice {
  readonly issuer: string;
  readonly session?: string;
  readonly subject?: string;
}

/** The tokens that the provider has signed. */
@Injectable()
export class OidcTokens {
  private readonly seenNotices = new BoundedMap<string, true>(MAX_SEEN);

  constructor(
    private readonly provider: OidcProvider,
    private readonly server: ServerConfig,
  ) {}

  /**
   * The claims of an access token; undefined for one that is good for nothing: of another issuer or audience, expired, not yet
   * valid, signed by nobody, with a shared secret or with a key that the provider does not have, or no access token.
   *
   * @throws DomainError 503 `identity_provider_unavailable` while the provider's keys are not known
   */
  async claimsOf(token: string): Promise<JWTPayload | undefined> {
    const claims = await this.verified(token, this.audiences, { requiredClaims: ['sub', 'exp'] });
    // An ID token says that somebody has signed in with a client, not that its bearer may call.
    const isOther = claims !== undefined && ['nonce', 'at_hash', 'events'].some((name) => Object.hasOwn(claims, name));
    return isOther ? undefined : claims;
  }

  /** What a logout token says; undefined for none, or one that has come before. @throws DomainError 503 as `claimsOf` */
  async logoutNoticeIn(token: string): Promise<LogoutNotice | undefined> {
    const claims = await this.verified(token, this.provider.config.clientId, {
      ...{ requiredClaims: ['iat', 'jti', 'events'], maxTokenAge: MAX_LOGOUT_AGE_SECONDS },
    });
    if (claims === undefined || Object.hasOwn(claims, 'nonce')) return undefined;
    const { iss = '', jti = '', events, sid, sub } = claims;
    const isNotice = typeof events === 'object' && events !== null && BACK_CHANNEL in events;
    if (!isNotice || this.seenNotices.has(jti) || (sid === undefined && sub === undefined)) return undefined;
    this.seenNotices.set(jti, true);
    return {
      issuer: iss,
      ...(typeof sid === 'string' && { session: sid }),
      ...(sub !== undefined && { subject: sub }),
    };
  }

  /** Who a token may be for: what the operator says, and the address at `/mcp`, which its clients ask for (RFC 8707). */
  private get audiences(): string[] {
    const { clientId, audience } = this.provider.config;
    const { publicUrl } = this.server;
    return [audience || clientId, ...(publicUrl === '' ? [] : [`${publicUrl}/mcp`])];
  }

  private async verified(
    token: string,
    audience: string | string[],
    more: { requiredClaims: string[]; maxTokenAge?: number },
  ): Promise<JWTPayload | undefined> {
    if (token.length > MAX_TOKEN_LENGTH || token.split('.').length !== 3) return undefined;
    const { algorithms, clockToleranceSeconds } = this.provider.config;
    const { issuer } = (await this.provider.configuration()).serverMetadata();
    const checks = { issuer, audience, algorithms, clockTolerance: clockToleranceSeconds, ...more };
    try {
      return (await jwtVerify(token, this.provider.keys.keyFor, checks)).payload;
    } catch (error) {
      if (error instanceof errors.JOSEError || error instanceof TypeError) return undefined;
      throw error;
    }
  }
}
