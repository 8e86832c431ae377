import { Global, INestApplication, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { LimitSettings } from '../access/limits/limit-settings';
import { UsageLimits } from '../access/limits/usage-limits';
import { AuthenticationMethod } from '../auth/authentication-method';
import { CALLER_PROVIDERS } from '../auth/caller-providers';
import { NoAuthentication } from '../auth/no-authentication';
import { Logger } from '../common/logger';
import { StreamLimits } from '../common/stream-limits';
import { AccountConfig } from '../config/account.config';
import { AuthConfig } from '../config/auth.config';
import { SignInConfig } from '../config/sign-in.config';
import { ConnectionConfig } from '../config/connection.config';
import { EncryptionConfig } from '../config/encryption.config';
import { Environment } from '../config/environment';
import { GatewayConfig } from '../config/gateway.config';
import { loadConfig } from '../config/load-config';
import { ServerConfig } from '../config/server.config';
import { StorageConfig } from '../config/storage.config';
import { Database } from '../database/database';
import { SqliteDialect } from '../database/sqlite-dialect';
import { GatewayModule } from '../gateway/gateway.module';
import { ModelEndpoint } from '../runtime/model-endpoint';
import { schema } from '../schema';
import { GatewayAddress } from './check-run';

/** The gateway alone, for as long as the checks take: with the operator's files and keys, and with a database of its own. */
export class OwnGateway {
  private constructor(
    private readonly app: INestApplication,
    private readonly folder: string,
    readonly address: GatewayAddress,
  ) {}

  /** @throws ConfigError of the settings or the backends file. */
  static async start(environment: Environment): Promise<OwnGateway> {
    const folder = mkdtempSync(join(tmpdir(), 'gateway-check-'));
    try {
      const app = await NestFactory.create(moduleFor(environment, folder), {
        bodyParser: false,
        logger: false,
        abortOnError: false,
      });
      await app.listen(0, '127.0.0.1');
      const baseURL = `${(await app.getUrl()).replace('[::1]', '127.0.0.1')}/v1`;
      return new OwnGateway(app, folder, { baseURL, apiKey: 'none' });
    } catch (error) {
      rmSync(folder, { recursive: true, force: true });
      throw error;
    }
  }

  async stop(): Promise<void> {
    await this.app.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Listens on loopback alone, where nobody needs a key. */
function moduleFor(environment: Environment, folder: string): new () => object {
  const configured = [StorageConfig, GatewayConfig, EncryptionConfig].map((configClass) => ({
    provide: configClass,
    useValue: Object.assign(
      Object.create(configClass.prototype) as object,
      loadConfig<object>(configClass, environment),
      {
        // The demo model writes as fast as it can, and the checks need no key; no other setting is touched.
        ...(configClass === GatewayConfig ? { demoWordDelayMs: 0, keylessAccess: 'local' } : {}),
      },
    ),
  }));
  const providers = [
    ...configured,
    { provide: Environment, useValue: environment },
    { provide: Logger, useValue: pino({ level: 'silent' }) },
    { provide: Database, useValue: new Database(new SqliteDialect(folder, schema)) },
    { provide: AuthenticationMethod, useClass: NoAuthentication },
    ...[AuthConfig, ConnectionConfig, ServerConfig, ModelEndpoint, SignInConfig, StreamLimits],
    ...[AccountConfig, LimitSettings, UsageLimits],
    ...CALLER_PROVIDERS,
  ];
  @Global()
  @Module({ providers, exports: providers })
  class Surroundings {}
  @Module({ imports: [Surroundings, GatewayModule] })
  class CheckModule {}
  return CheckModule;
}
