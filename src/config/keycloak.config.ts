import { IsInt, IsString, Matches, Max, Min } from 'class-validator';
import { asNumber, Env, EnvSecret } from './env.decorator';

const ADDRESS = /^(?:|https?:\/\/[^\s/?#]+(?:\/[^\s?#]*)?)$/;

/** `SECURITY_METHOD=Keycloak`: every bearer token is shown to Keycloak, which says whose it is (RFC 7662). */
export class KeycloakConfig {
  /** Address of Keycloak, such as `https://sso.example`. */
  @Env('KEYCLOAK_BASE_URL')
  @Matches(ADDRESS, { message: 'it must be an address such as https://sso.example' })
  baseUrl = '';

  /** The realm that the users are of. */
  @Env('KEYCLOAK_REALM')
  @IsString()
  realm = '';

  /** The client as which the service asks. */
  @Env('KEYCLOAK_CLIENT_ID')
  @IsString()
  clientId = '';

  /** The secret of that client. */
  @EnvSecret('KEYCLOAK_CLIENT_SECRET')
  @IsString()
  clientSecret = '';

  /** Where it asks; empty: `/realms/<realm>/protocol/openid-connect/token/introspect` at KEYCLOAK_BASE_URL. */
  @Env('KEYCLOAK_INTROSPECTION_URL')
  @Matches(ADDRESS, { message: 'it must be an address such as https://sso.example/introspect' })
  introspectionUrl = '';

  /** Seconds that Keycloak has to answer; after them callers get 503. */
  @Env('KEYCLOAK_TIMEOUT_SECONDS', asNumber)
  @Min(0.1)
  @Max(60)
  timeoutSeconds = 5;

  /** Where in the claims of a user the roles are, keys separated by dots. */
  @Env('KEYCLOAK_ROLES_CLAIM')
  @IsString()
  rolesClaim = 'realm_access.roles';

  /** The role that makes a user an administrator here. */
  @Env('KEYCLOAK_ADMIN_ROLE')
  @IsString()
  adminRole = 'admin';

  /** Seconds for which an answer is used again; never beyond the end of the token. 0: each call asks. */
  @Env('KEYCLOAK_CACHE_SECONDS', asNumber)
  @IsInt()
  @Min(0)
  @Max(30)
  cacheSeconds = 30;
}
