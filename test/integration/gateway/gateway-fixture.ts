import type { AddressInfo } from 'node:net';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Global, INestApplication, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import express from 'express';
import pino from 'pino';
import { Logger } from '../../../src/common/logger';
import { Environment } from '../../../src/config/environment';
import { GatewayConfig } from '../../../src/config/gateway.config';
import { StorageConfig } from '../../../src/config/storage.config';
import { BackendRegistry } from '../../../src/gateway/backends/backend-registry';
import { GatewayModule } from '../../../src/gateway/gateway.module';
import { ModelEndpoint } from '../../../src/runtime/model-endpoint';

export interface GatewayOptions {
  /** Text of `llm_backends.yaml`; without it the built-in backends. */
  readonly backends?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly config?: Partial<GatewayConfig>;
}

/** The gateway alone, listening on loopback, as the service mounts it. */
export class GatewayFixture {
  private constructor(
    readonly app: INestApplication,
    readonly baseUrl: string,
    /** A key as an app-server process gets it. */
    readonly key: string,
    private readonly dataRoot: string,
  ) {}

  static async start({ backends, environment = {}, config = {} }: GatewayOptions = {}): Promise<GatewayFixture> {
    const dataRoot = mkdtempSync(join(tmpdir(), 'gateway-'));
    mkdirSync(join(dataRoot, 'global_config'));
    if (backends !== undefined) writeFileSync(join(dataRoot, 'global_config', 'llm_backends.yaml'), backends);
    const endpoint = new ModelEndpoint();
    const providers = [
      { provide: Environment, useValue: new Environment(environment) },
      { provide: StorageConfig, useValue: Object.assign(new StorageConfig(), { dataRoot }) },
      { provide: GatewayConfig, useValue: Object.assign(new GatewayConfig(), { demoWordDelayMs: 0 }, config) },
      { provide: Logger, useValue: pino({ level: process.env.LOG_LEVEL ?? 'silent' }) },
      { provide: ModelEndpoint, useValue: endpoint },
    ];
    @Global()
    @Module({ providers, exports: providers })
    class Surroundings {}
    @Module({ imports: [Surroundings, GatewayModule] })
    class TestModule {}
    const app = await NestFactory.create(TestModule, { logger: false, bodyParser: false });
    app.use('/v1', express.json({ limit: '64mb' }));
    app.get(BackendRegistry).load();
    await app.listen(0, '127.0.0.1');
    const { port } = (app.getHttpServer() as { address(): AddressInfo }).address();
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

  async stop(): Promise<void> {
    await this.app.close();
    rmSync(this.dataRoot, { recursive: true, force: true });
  }
}
