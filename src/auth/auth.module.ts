import { Global, Module } from '@nestjs/common';
import { join } from 'node:path';
import { ConnectionLimits } from '../common/connection-limits';
import { StreamLimits } from '../common/stream-limits';
import { AuthConfig } from '../config/auth.config';
import { DataDirectories } from '../runtime/data-directories';
import { DataRootLock } from '../runtime/data-root-lock';
import { AccessControl } from './access-control';
import { AdminGuard } from './admin.guard';
import { AuthGuard } from './auth.guard';
import { AuthenticationMethod } from './authentication-method';
import { Authenticator } from './authenticator';
import { NoAuthentication } from './no-authentication';
import { TokenAuthentication } from './token-authentication';

/** In a folder that neither commands nor codex itself see: see DataDirectories.secret. */
const TOKEN_FILE = 'access_token';

function methodOf(config: AuthConfig, { globalConfig }: DataDirectories, lock: DataRootLock): AuthenticationMethod {
  if (config.method === 'None') return new NoAuthentication();
  return new TokenAuthentication(config.accessToken, join(globalConfig, TOKEN_FILE), () => lock.take());
}

const providers = [
  { provide: AuthenticationMethod, useFactory: methodOf, inject: [AuthConfig, DataDirectories, DataRootLock] },
  ...[Authenticator, AccessControl, AuthGuard, AdminGuard, ConnectionLimits, StreamLimits],
];

@Global()
@Module({ providers, exports: providers })
export class AuthModule {}
