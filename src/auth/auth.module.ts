import { Global, Injectable, Module, Type } from '@nestjs/common';
import { APP_GUARD, DiscoveryModule, ModuleRef } from '@nestjs/core';
import { join } from 'node:path';
import { ConnectionLimits } from '../common/connection-limits';
import { StreamLimits } from '../common/stream-limits';
import { isLoopbackHost } from '../common/host-check';
import { AuthConfig } from '../config/auth.config';
import { KeycloakConfig } from '../config/keycloak.config';
import { ConfigError } from '../config/config.error';
import { ServerConfig } from '../config/server.config';
import { DataDirectories } from '../runtime/data-directories';
import { DataRootLock } from '../runtime/data-root-lock';
import { AccessControl } from './access-control';
import { AccessGuard } from './access.guard';
import { AccountLinkController } from './account-link.controller';
import { AccountLinksController } from './account-links.controller';
import { AccountController } from './account.controller';
import { AccountService } from './account.service';
import { AuthenticationMethod } from './authentication-method';
import { BrowserSignIn } from './browser-sign-in';
import { CALLER_PROVIDERS } from './caller-providers';
import { KeycloakAuthentication } from './keycloak/keycloak-authentication';
import { AccountLinks } from './local/account-links';
import { LocalAccounts } from './local/local-accounts';
import { LocalAuthentication } from './local/local-authentication';
import { SignInLimits } from './local/sign-in-limits';
import { NoAuthentication } from './no-authentication';
import { OidcAuthentication } from './oidc/oidc-authentication';
import { OidcLogin } from './oidc/oidc-login';
import { OidcProvider } from './oidc/oidc-provider';
import { OidcTokens } from './oidc/oidc-tokens';
import { BackChannelController, OidcController } from './oidc.controller';
import { RouteAudit } from './route-audit';
import { BrowserSessions } from './sessions/browser-sessions';
import { SignInKey } from './sign-in-key';
import { SignInSettings } from './sign-in-settings';
import { SignInController } from './sign-in.controller';
import { TokenAuthentication } from './token-authentication';
import { TokensController } from './tokens.controller';
import { Users } from './users';

/** In a folder that neither commands nor codex itself see: see DataDirectories.secret. */
const TOKEN_FILE = 'access_token';

/** The method of SECURITY_METHOD. */
@Injectable()
class AuthenticationMethods {
  constructor(
    private readonly modules: ModuleRef,
    private readonly config: AuthConfig,
    private readonly directories: DataDirectories,
    private readonly server: ServerConfig,
  ) {}

  /** @throws ConfigError */
  chosen(): AuthenticationMethod {
    const { config } = this;
    requireSafeAddress(config, this.server);
    const [users, sessions] = [this.get(Users), this.get(BrowserSessions)];
    switch (config.method) {
      case 'None':
        return new NoAuthentication(config.allowsUserIdOverride ? users : undefined);
      case 'Token':
        return new TokenAuthentication(config.accessToken, join(this.directories.globalConfig, TOKEN_FILE), () =>
          this.get(DataRootLock).take(),
        );
      case 'Local':
        return new LocalAuthentication(sessions, this.get(LocalAccounts));
      case 'Keycloak':
        return new KeycloakAuthentication(this.get(KeycloakConfig), users, sessions);
      case 'OIDC':
        return new OidcAuthentication(
          this.get(OidcProvider),
          this.get(OidcTokens),
          users,
          sessions,
          this.get(OidcLogin),
        );
    }
  }

  private get<T>(type: Type<T>): T {
    return this.modules.get(type, { strict: false });
  }
}

/** @throws ConfigError where everybody in the network would be administrator, and the operator has not said that this is meant. */
function requireSafeAddress({ method, allowsInsecure }: AuthConfig, { host }: ServerConfig): void {
  if (method !== 'None' || allowsInsecure || isLoopbackHost(host)) return;
  throw new ConfigError(
    `HOST is "${host}" and SECURITY_METHOD is None, so whoever reaches the port would be administrator; set SECURITY_METHOD ` +
      'to how people sign in, or ALLOW_INSECURE=true if something else decides who reaches it',
  );
}

/** Of the methods; they have to be there before one is chosen. */
const DEPENDENCIES = [Users, BrowserSessions, LocalAccounts, OidcProvider, OidcTokens, OidcLogin];

const providers = [
  {
    provide: AuthenticationMethod,
    useFactory: (methods: AuthenticationMethods) => methods.chosen(),
    inject: [AuthenticationMethods, ...DEPENDENCIES],
  },
  ...CALLER_PROVIDERS,
  ...[AuthenticationMethods, AccessControl, ConnectionLimits, StreamLimits, LocalAccounts, BrowserSignIn],
];

const inner = [
  ...[
    AccountLinks,
    SignInLimits,
    OidcProvider,
    OidcTokens,
    OidcLogin,
    SignInKey,
    AccountService,
    RouteAudit,
    SignInSettings,
  ],
  { provide: APP_GUARD, useClass: AccessGuard },
];

@Global()
@Module({
  imports: [DiscoveryModule],
  controllers: [
    ...[SignInController, AccountLinkController, OidcController, BackChannelController],
    ...[AccountController, TokensController, AccountLinksController],
  ],
  providers: [...inner, ...providers],
  exports: providers,
})
export class AuthModule {}
