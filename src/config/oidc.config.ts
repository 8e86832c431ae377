import { IsInt, IsString, Matches, Max, Min } from 'class-validator';
import { asList, asNumber, Env, EnvSecret } from './env.decorator';

/** `SECURITY_METHOD=OIDC`: an OpenID Connect provider says who calls. */
export class OidcConfig {
  /** Address of the issuer, below which its `/.well-known/openid-configuration` lies. */
  @Env('OIDC_ISSUER')
  @Matches(/^(?:|https?:\/\/[^\s?#]+)$/, { message: 'it must be an address such as https://sso.example/realms/team' })
  issuer = '';

  /** The client as which browsers sign in. */
  @Env('OIDC_CLIENT_ID')
  @IsString()
  clientId = '';

  /** The secret of that client; empty: it is a public one. */
  @EnvSecret('OIDC_CLIENT_SECRET')
  @IsString()
  clientSecret = '';

  /** Who bearer tokens must be for (`aud`); empty: OIDC_CLIENT_ID. */
  @Env('OIDC_AUDIENCE')
  @IsString()
  audience = '';

  /** What is asked for at a sign-in, separated by blanks. */
  @Env('OIDC_SCOPES')
  @Matches(/^openid(?: \S+)*$/, { message: 'it must begin with openid' })
  scopes = 'openid profile email';

  /** Signature algorithms of bearer tokens that are taken, comma separated; those with a shared secret, and `none`, are not. */
  @Env('OIDC_ALGORITHMS', asList)
  @Matches(/^(?:RS|PS|ES)(?:256|384|512)$|^EdDSA$|^Ed25519$/, {
    each: true,
    message: 'each of it must be an algorithm with a public key, such as RS256',
  })
  algorithms: string[] = ['RS256', 'PS256', 'ES256', 'EdDSA'];

  /** Seconds by which the clocks of provider and service may differ. */
  @Env('OIDC_CLOCK_TOLERANCE_SECONDS', asNumber)
  @IsInt()
  @Min(0)
  @Max(600)
  clockToleranceSeconds = 120;

  /** Seconds that the provider has to answer; after them callers get 503. */
  @Env('OIDC_TIMEOUT_SECONDS', asNumber)
  @Min(0.1)
  @Max(60)
  timeoutSeconds = 5;

  /** Where in the claims of a user the roles are, keys separated by dots. */
  @Env('OIDC_ROLES_CLAIM')
  @IsString()
  rolesClaim = 'realm_access.roles';

  /** The role that makes a user an administrator here. */
  @Env('OIDC_ADMIN_ROLE')
  @IsString()
  adminRole = 'admin';
}
