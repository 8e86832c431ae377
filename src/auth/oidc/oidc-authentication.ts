import { ConfigError } from '../../config/config.error';
import { AuthenticationMethod, Credentials, Identified } from '../authentication-method';
import { hasRole, nameClaim, textClaim } from '../claims';
import { Principal } from '../principal';
import { BrowserSessions } from '../sessions/browser-sessions';
import { principalOf, Users } from '../users';
import { OidcLogin } from './oidc-login';
import { OidcProvider } from './oidc-provider';
import { OidcTokens } from './oidc-tokens';

/** `SECURITY_METHOD=OIDC`: bearer tokens that the provider has signed, and browsers that have signed in there. */
export class OidcAuthentication extends AuthenticationMethod {
  readonly isRequired = true;
  readonly shownSecret = undefined;

  constructor(
    private readonly provider: OidcProvider,
    private readonly tokens: OidcTokens,
    private readonly users: Users,
    private readonly sessions: BrowserSessions,
    login: OidcLogin,
  ) {
    super();
    sessions.refreshWith((before) => login.refresh(before));
  }

  prepare(): Promise<void> {
    const { issuer, clientId, audience } = this.provider.config;
    const missing = [issuer === '' && 'OIDC_ISSUER', clientId === '' && audience === '' && 'OIDC_CLIENT_ID'];
    const names = missing.filter((name) => name !== false);
    if (names.length === 0) return Promise.resolve();
    return Promise.reject(new ConfigError(`SECURITY_METHOD=OIDC needs ${names.join(', ')}`));
  }

  identify({ bearer, session }: Credentials): Identified | Promise<Identified> {
    if (bearer !== undefined) return this.userOf(bearer);
    return session === undefined ? undefined : this.sessions.principalOf(session);
  }

  cookieFor(): undefined {
    return undefined;
  }

  private async userOf(token: string): Promise<Principal | undefined> {
    const claims = await this.tokens.claimsOf(token);
    const { sub: subject = '', iss: issuer = '', exp = 0 } = claims ?? {};
    if (claims === undefined || subject === '') return undefined;
    const { rolesClaim, adminRole, clockToleranceSeconds } = this.provider.config;
    const user = await this.users.ofIdentity({
      ...{ issuer, subject, displayName: nameClaim(claims), email: textClaim(claims, 'email') },
      isAdmin: hasRole(claims, rolesClaim, adminRole),
    });
    const expiresAt = (exp + clockToleranceSeconds) * 1000;
    return user.disabledAt === null ? principalOf(user, { via: 'oidc', expiresAt }) : undefined;
  }
}
