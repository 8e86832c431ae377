import { ConfigError } from '../../config/config.error';
import { KeycloakConfig } from '../../config/keycloak.config';
import { AuthenticationMethod, Credentials, Identified } from '../authentication-method';
import { hasRole, nameClaim, textClaim } from '../claims';
import { Principal } from '../principal';
import { BrowserSessions } from '../sessions/browser-sessions';
import { principalOf, Users } from '../users';
import { Introspection, issuerOf } from './introspection';

const NEEDED = {
  KEYCLOAK_REALM: 'realm',
  KEYCLOAK_CLIENT_ID: 'clientId',
  KEYCLOAK_CLIENT_SECRET: 'clientSecret',
} as const;

/** `SECURITY_METHOD=Keycloak`: whose a bearer token is, Keycloak is asked. */
export class KeycloakAuthentication extends AuthenticationMethod {
  readonly isRequired = true;
  readonly shownSecret = undefined;
  private readonly introspection: Introspection;

  constructor(
    private readonly config: KeycloakConfig,
    private readonly users: Users,
    private readonly sessions: BrowserSessions,
  ) {
    super();
    this.introspection = new Introspection(config);
  }

  prepare(): Promise<void> {
    const missing: string[] = Object.entries(NEEDED).flatMap(([name, key]) => (this.config[key] === '' ? [name] : []));
    if (this.config.baseUrl === '') missing.unshift('KEYCLOAK_BASE_URL');
    if (missing.length === 0) return Promise.resolve();
    return Promise.reject(new ConfigError(`SECURITY_METHOD=Keycloak needs ${missing.join(', ')}`));
  }

  identify({ bearer, session }: Credentials): Identified | Promise<Identified> {
    if (bearer !== undefined) return this.userOf(bearer);
    return session === undefined ? undefined : this.sessions.principalOf(session);
  }

  cookieFor(): undefined {
    return undefined;
  }

  /** Whom an access token is of; what a browser shows to get a session that ends with it. */
  override async signInWith(token: string): Promise<Principal | undefined> {
    return this.userOf(token);
  }

  private async userOf(token: string): Promise<Principal | undefined> {
    const active = await this.introspection.of(token);
    if (active === undefined) return undefined;
    const { claims, subject, expiresAt } = active;
    const user = await this.users.ofIdentity({
      ...{ issuer: issuerOf(this.config), subject, displayName: nameClaim(claims), email: textClaim(claims, 'email') },
      isAdmin: hasRole(claims, this.config.rolesClaim, this.config.adminRole),
    });
    return user.disabledAt === null ? principalOf(user, { via: 'keycloak', expiresAt }) : undefined;
  }
}
