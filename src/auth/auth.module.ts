import { Global, Module } from '@nestjs/common';
import { APP_GUARD, DiscoveryModule } from '@nestjs/core';
import { join } from 'node:path';
import { ConnectionLimits } from '../common/connection-limits';
import { StreamLimits } from '../common/stream-limits';
import { isLoopbackHost } from '../common/host-check';
import { AuthConfig } from '../config/auth.config';
import { ConfigError } from '../config/config.error';
import { ServerConfig } from '../config/server.config';
import { DataDirectories } from '../runtime/data-directories';
import { DataRootLock } from '../runtime/data-root-lock';
import { AccessControl } from './access-control';
import { AccessGuard } from './access.guard';
import { AuthenticationMethod } from './authentication-method';
import { Authenticator } from './authenticator';
import { NoAuthentication } from './no-authentication';
import { Revocations } from './revocations';
import { RouteAudit } from './route-audit';
import { TokenAuthentication } from './token-authentication';
import { Users } from './users';

/** In a folder that neither commands nor codex itself see: see DataDirectories.secret. */
const TOKEN_FILE = 'access_token';

function methodOf(
  config: AuthConfig,
  { globalConfig }: DataDirectories,
  lock: DataRootLock,
  users: Users,
  server: ServerConfig,
): AuthenticationMethod {
  requireSafeAddress(config, server);
  if (config.method === 'None') return new NoAuthentication(config.allowsUserIdOverride ? users : undefined);
  return new TokenAuthentication(config.accessToken, join(globalConfig, TOKEN_FILE), () => lock.take());
}

/** @throws ConfigError where everybody in the network would be administrator, and the operator has not said that this is meant. */
function requireSafeAddress({ method, allowsInsecure }: AuthConfig, { host }: ServerConfig): void {
  if (method !== 'None' || allowsInsecure || isLoopbackHost(host)) return;
  throw new ConfigError(
    `HOST is "${host}" and SECURITY_METHOD is None, so whoever reaches the port would be administrator; set SECURITY_METHOD ` +
      'to how people sign in, or ALLOW_INSECURE=true if something else decides who reaches it',
  );
}

const providers = [
  {
    provide: AuthenticationMethod,
    useFactory: methodOf,
    inject: [AuthConfig, DataDirectories, DataRootLock, Users, ServerConfig],
  },
  ...[Users, Revocations, Authenticator, AccessControl, ConnectionLimits, StreamLimits],
];

@Global()
@Module({
  imports: [DiscoveryModule],
  providers: [...providers, RouteAudit, { provide: APP_GUARD, useClass: AccessGuard }],
  exports: providers,
})
export class AuthModule {}
