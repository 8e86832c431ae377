import type { RequestListener, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Global, INestApplication, Module, ModuleMetadata } from '@nestjs/common';
import { APP_GUARD, NestFactory } from '@nestjs/core';
import express from 'express';
import pino from 'pino';
import { LimitSettings } from '../../../src/access/limits/limit-settings';
import { UsageLimits } from '../../../src/access/limits/usage-limits';
import { AuthenticationMethod } from '../../../src/auth/authentication-method';
import { AccessGuard } from '../../../src/auth/access.guard';
import { CALLER_PROVIDERS } from '../../../src/auth/caller-providers';
import { NoAuthentication } from '../../../src/auth/no-authentication';
import { Logger } from '../../../src/common/logger';
import { ProblemFilter } from '../../../src/common/problem.filter';
import { validationPipe } from '../../../src/common/validation';
import { StreamLimits } from '../../../src/common/stream-limits';
import { AccountConfig } from '../../../src/config/account.config';
import { AuthConfig } from '../../../src/config/auth.config';
import { ConnectionConfig } from '../../../src/config/connection.config';
import { EncryptionConfig } from '../../../src/config/encryption.config';
import { Environment } from '../../../src/config/environment';
import { GatewayConfig } from '../../../src/config/gateway.config';
import { KeycloakConfig } from '../../../src/config/keycloak.config';
import { OidcConfig } from '../../../src/config/oidc.config';
import { PoolConfig } from '../../../src/config/pool.config';
import { ServerConfig } from '../../../src/config/server.config';
import { SignInConfig } from '../../../src/config/sign-in.config';
import { StorageConfig } from '../../../src/config/storage.config';
import { Database } from '../../../src/database/database';
import { BackendRegistry } from '../../../src/gateway/catalog/backend-registry';
import { GatewayModule } from '../../../src/gateway/gateway.module';
import { InstanceEndpoint } from '../../../src/gateway/responses-api/instance-endpoint';
import { DataDirectories } from '../../../src/runtime/data-directories';
import { DataRootLock } from '../../../src/runtime/data-root-lock';
import { ModelEndpoint } from '../../../src/runtime/model-endpoint';
import { placeOf } from '../../support/open-database';

export interface GatewayOptions {
  /** Text of `llm_backends.yaml`; without it the built-in backends. */
  readonly backends?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly config?: Partial<GatewayConfig>;
  readonly encryption?: Partial<EncryptionConfig>;
  readonly server?: Partial<ServerConfig>;
  /** More modules, controllers and providers: parts of `/api/v1`. */
  readonly more?: ModuleMetadata;
  /** The folder of a fixture that was stopped with `keepData`. */
  readonly dataRoot?: string;
}

/** The gateway alone, listening on loopback, as the service mounts it. */
export class GatewayFixture {
  private constructor(
    readonly app: INestApplication,
    readonly baseUrl: string,
    /** A key as an app-server process gets it. */
    readonly key: string,
    readonly dataRoot: string,
  ) {}

  static async start(options: GatewayOptions = {}): Promise<GatewayFixture> {
    const { backends, environment = {}, config = {}, encryption = {}, server = {}, more = {} } = options;
    const dataRoot = options.dataRoot ?? mkdtempSync(join(tmpdir(), 'gateway-'));
    mkdirSync(join(dataRoot, 'global_config'), { recursive: true });
    if (backends !== undefined) writeFileSync(join(dataRoot, 'global_config', 'llm_backends.yaml'), backends);
    const endpoint = new ModelEndpoint();
    const place = await placeOf(dataRoot);
    const storage = Object.assign(new StorageConfig(), { dataRoot });
    const directories = new DataDirectories(storage);
    const providers = [
      { provide: Environment, useValue: new Environment(environment) },
      { provide: StorageConfig, useValue: storage },
      { provide: DataDirectories, useValue: directories },
      { provide: DataRootLock, useValue: new DataRootLock(directories) },
      { provide: GatewayConfig, useValue: Object.assign(new GatewayConfig(), { demoWordDelayMs: 0 }, config) },
      { provide: Logger, useValue: pino({ level: process.env.LOG_LEVEL ?? 'silent' }) },
      { provide: ModelEndpoint, useValue: endpoint },
      ...[AuthConfig, SignInConfig, KeycloakConfig, OidcConfig, ConnectionConfig, PoolConfig, StreamLimits],
      ...[AccountConfig, LimitSettings, UsageLimits],
      ...CALLER_PROVIDERS,
      { provide: AuthenticationMethod, useClass: NoAuthentication },
      { provide: ServerConfig, useValue: Object.assign(new ServerConfig(), server) },
      { provide: EncryptionConfig, useValue: Object.assign(new EncryptionConfig(), encryption) },
      { provide: Database, useValue: new Database(place.dialect()) },
    ];
    @Global()
    @Module({ providers, exports: providers })
    class Surroundings {}
    const guard = { provide: APP_GUARD, useClass: AccessGuard };
    const modules = [Surroundings, GatewayModule, ...(more.imports ?? [])];
    @Module({ ...more, providers: [guard, ...(more.providers ?? [])], imports: modules })
    class TestModule {}
    const app = await NestFactory.create(TestModule, {
      logger: false,
      bodyParser: false,
      abortOnError: false,
      forceCloseConnections: true,
    });
    app.use('/api', express.json({ strict: false }));
    app.useGlobalPipes(validationPipe());
    app.useGlobalFilters(new ProblemFilter(pino({ level: process.env.LOG_LEVEL ?? 'silent' })));
    await app.listen(0, '127.0.0.1');
    const http = app.getHttpServer() as Server;
    const [others] = http.listeners('request') as [RequestListener];
    http.removeAllListeners('request').on('request', app.get(InstanceEndpoint).listener(others));
    const { port } = http.address() as AddressInfo;
    endpoint.open(port);
    return new GatewayFixture(app, endpoint.baseUrl, endpoint.issueKey('test'), dataRoot);
  }

  get registry(): BackendRegistry {
    return this.app.get(BackendRegistry);
  }

  post(path: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> {
    return fetch(`${this.baseUrl}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${this.key}`, ...headers },
      body: JSON.stringify(body),
    });
  }

  async stop({ keepData = false } = {}): Promise<void> {
    await this.app.close();
    if (!keepData) rmSync(this.dataRoot, { recursive: true, force: true });
  }
}
