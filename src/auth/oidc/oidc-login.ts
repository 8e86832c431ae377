import { Injectable } from '@nestjs/common';
import * as oidc from 'openid-client';
import { DomainError } from '../../common/domain.error';
import { Logger } from '../../common/logger';
import { hasRole, nameClaim, textClaim } from '../claims';
import { ProviderTokens } from '../sessions/provider-tokens';
import { SignInKey } from '../sign-in-key';
import { UserEntity } from '../user.entity';
import { Users } from '../users';
import { OidcProvider, providerUnavailable } from './oidc-provider';

const PURPOSE = 'oidc login';
const MAX_LOGIN_MS = 10 * 60_000;
const MIN_REFRESH_MS = 2_000;

/** What the browser keeps, sealed, from the way to the provider to the way back. */
interface PendingLogin {
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
  readonly returnTo: string;
  readonly redirectUri: string;
  /** Unix milliseconds. */
  readonly until: number;
}

/** Somebody whom the provider has signed in. */
export interface OidcSignIn {
  readonly user: UserEntity;
  readonly returnTo: string;
  readonly provider: ProviderTokens & { readonly session?: string; readonly refreshAt?: number };
}

/** Signing in at the provider with a browser: authorization code with PKCE, state and nonce. */
@Injectable()
export class OidcLogin {
  private readonly logger;

  constructor(
    private readonly provider: OidcProvider,
    private readonly users: Users,
    private readonly key: SignInKey,
    logger: Logger,
  ) {
    this.logger = logger.child({ component: 'auth' });
  }

  /**
   * @param redirectUri where the provider sends the browser back to
   * @returns where the browser goes, and what it keeps, under which name
   * @throws DomainError 503 `identity_provider_unavailable`
   */
  async begin(redirectUri: string, returnTo: string): Promise<{ address: string; sealed: string; cookie: string }> {
    const configuration = await this.provider.configuration();
    const [state, nonce, verifier] = [oidc.randomState(), oidc.randomNonce(), oidc.randomPKCECodeVerifier()];
    const address = oidc.buildAuthorizationUrl(configuration, {
      ...{ redirect_uri: redirectUri, scope: this.provider.config.scopes, state, nonce },
      code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
    });
    const pending: PendingLogin = {
      ...{ state, nonce, verifier, returnTo, redirectUri, until: Date.now() + MAX_LOGIN_MS },
    };
    return { address: address.href, sealed: this.key.seal(pending, PURPOSE), cookie: loginCookieOf(state) };
  }

  /**
   * @param query of the address that the provider has sent the browser to
   * @param sealed what this browser has kept for the state in it; undefined: nothing
   * @throws DomainError 400 `sign_in_failed` for another browser's state, one that is too old, or a code that was used; 403
   * `user_disabled`; 503 `identity_provider_unavailable`
   */
  async complete(query: string, sealed: string | undefined): Promise<OidcSignIn> {
    const pending = sealed === undefined ? undefined : (this.key.open(sealed, PURPOSE) as PendingLogin | undefined);
    if (pending === undefined || pending.until < Date.now()) throw FAILED;
    const configuration = await this.provider.configuration();
    const address = new URL(pending.redirectUri);
    address.search = query;
    try {
      const tokens = await oidc.authorizationCodeGrant(configuration, address, {
        ...{ expectedState: pending.state, expectedNonce: pending.nonce, pkceCodeVerifier: pending.verifier },
        idTokenExpected: true,
      });
      return await this.signedIn(tokens, pending.returnTo);
    } catch (error) {
      throw this.failureOf(error);
    }
  }

  /** @returns undefined when the user is not signed in there any more. @throws DomainError 503 `identity_provider_unavailable` */
  async refresh({
    refreshToken,
    idToken,
  }: ProviderTokens): Promise<(ProviderTokens & { readonly refreshAt?: number }) | undefined> {
    if (refreshToken === undefined) return { idToken };
    const configuration = await this.provider.configuration();
    try {
      const tokens = await oidc.refreshTokenGrant(configuration, refreshToken);
      const claims = tokens.claims();
      if (claims !== undefined && (await this.userOf(configuration, tokens, claims)).disabledAt !== null)
        return undefined;
      return {
        ...{ refreshToken: tokens.refresh_token ?? refreshToken, idToken: tokens.id_token ?? idToken },
        ...refreshTime(tokens),
      };
    } catch (error) {
      if (error instanceof oidc.ResponseBodyError && error.status < 500) return undefined;
      throw error instanceof DomainError ? error : providerUnavailable(error);
    }
  }

  /** Where a browser goes to end the provider's session, too; undefined where the provider has no such page. */
  async endAddress({ idToken }: ProviderTokens, returnTo: string): Promise<string | undefined> {
    try {
      const configuration = await this.provider.configuration();
      if (configuration.serverMetadata().end_session_endpoint === undefined || idToken === undefined) return undefined;
      const parameters = { id_token_hint: idToken, post_logout_redirect_uri: returnTo };
      return oidc.buildEndSessionUrl(configuration, parameters).href;
    } catch {
      return undefined;
    }
  }

  private async signedIn(tokens: GrantedTokens, returnTo: string): Promise<OidcSignIn> {
    const claims = tokens.claims();
    if (claims === undefined) throw FAILED;
    const user = await this.userOf(await this.provider.configuration(), tokens, claims);
    if (user.disabledAt !== null)
      throw new DomainError(403, 'user_disabled', 'An administrator has disabled this user.');
    const session = textClaim(claims, 'sid');
    return {
      ...{ user, returnTo },
      provider: {
        ...{ refreshToken: tokens.refresh_token, idToken: tokens.id_token, ...refreshTime(tokens) },
        ...(session !== undefined && { session }),
      },
    };
  }

  private async userOf(
    configuration: oidc.Configuration,
    tokens: GrantedTokens,
    claims: oidc.IDToken,
  ): Promise<UserEntity> {
    const { rolesClaim, adminRole } = this.provider.config;
    const all = { ...(await this.userInfo(configuration, tokens, claims.sub)), ...claims };
    return this.users.ofIdentity({
      ...{ issuer: claims.iss, subject: claims.sub, displayName: nameClaim(all), email: textClaim(all, 'email') },
      isAdmin: hasRole(all, rolesClaim, adminRole),
    });
  }

  /** Many providers put names and roles there alone. */
  private async userInfo(
    configuration: oidc.Configuration,
    { access_token: accessToken }: GrantedTokens,
    subject: string,
  ): Promise<Record<string, unknown>> {
    if (configuration.serverMetadata().userinfo_endpoint === undefined) return {};
    try {
      return { ...(await oidc.fetchUserInfo(configuration, accessToken, subject)) };
    } catch (error) {
      throw providerUnavailable(error);
    }
  }

  private failureOf(error: unknown): DomainError {
    if (error instanceof DomainError) return error;
    // What the provider or the browser sent was wrong; what was not answered at all is an outage.
    const isRefusal =
      error instanceof oidc.AuthorizationResponseError ||
      (error instanceof oidc.ResponseBodyError && error.status < 500) ||
      (error instanceof oidc.ClientError && !/timeout|fetch|network/i.test(error.code ?? ''));
    if (!isRefusal) return providerUnavailable(error);
    this.logger.warn({ reason: error.message }, 'a sign-in at the identity provider failed');
    return FAILED;
  }
}

type GrantedTokens = oidc.TokenEndpointResponse & oidc.TokenEndpointResponseHelpers;

/** Each way to the provider has a cookie of its own, so that two pages can sign in at once. */
export const loginCookieOf = (state: string): string => `login_${state.replace(/[^\w-]/g, '').slice(0, 12)}`;

function refreshTime(tokens: GrantedTokens): { refreshAt?: number } {
  const seconds = tokens.expiresIn();
  if (seconds === undefined || tokens.refresh_token === undefined) return {};
  return { refreshAt: Date.now() + Math.max(MIN_REFRESH_MS, seconds * 1000) };
}

const FAILED = new DomainError(
  400,
  'sign_in_failed',
  'This sign-in was begun in another browser, is too old, or has been used: sign in again.',
);
