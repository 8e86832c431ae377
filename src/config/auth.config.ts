import { IsBoolean, IsIn, Matches } from 'class-validator';
import { asFlag, Env, EnvSecret } from './env.decorator';

export const SECURITY_METHODS = ['None', 'Token', 'Local', 'Keycloak', 'OIDC'] as const;

/** What goes into a header, a cookie and an address without being encoded, and is too long to be guessed. */
const ACCESS_TOKEN = /^(?:|[\w.~+/=-]{16,512})$/;

/** Who may call. */
export class AuthConfig {
  /**
   * `None`: whoever reaches the port is the user `default` and an administrator. `Token`: the same, for those alone who
   * have the token. `Local`: accounts with passwords, kept here. `Keycloak`: Keycloak says whose a bearer token is. `OIDC`: any
   * OpenID Connect provider, for browsers and bearer tokens.
   */
  @Env('SECURITY_METHOD')
  @IsIn(SECURITY_METHODS)
  method: (typeof SECURITY_METHODS)[number] = 'None';

  /**
   * The token of SECURITY_METHOD=Token (`openssl rand -hex 32`). Empty: one that is made at the first start, kept in
   * `global_config/access_token` under CODEX_DATA_ROOT, and printed at each start as an address to open.
   */
  @EnvSecret('ACCESS_TOKEN')
  @Matches(ACCESS_TOKEN, { message: 'it must be 16 to 512 letters, digits or characters of _.~+/=-' })
  accessToken = '';

  /**
   * With SECURITY_METHOD=None: `true` lets a request name the user that it is from, by `?user_id=` or the header
   * `X-User-Id`; the user is made at its first use. For tests: nothing is proved.
   */
  @Env('ALLOW_USER_ID_OVERRIDE', asFlag)
  @IsBoolean()
  allowsUserIdOverride = false;

  /** With SECURITY_METHOD=None: `true` lets the service start on a HOST that is not loopback, where everybody is administrator. */
  @Env('ALLOW_INSECURE', asFlag)
  @IsBoolean()
  allowsInsecure = false;
}
