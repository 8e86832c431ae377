import { randomUUID } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Global, Module } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { AppServerModule } from '../../../src/app-server/app-server.module';
import { AppServerPool } from '../../../src/app-server/pool/pool';
import { Logger } from '../../../src/common/logger';
import { ConfigError } from '../../../src/config/config.error';
import { ConfigModule } from '../../../src/config/config.module';
import { Environment } from '../../../src/config/environment';
import { PoolConfig } from '../../../src/config/pool.config';
import { StorageConfig } from '../../../src/config/storage.config';
import { CodexBinary } from '../../../src/runtime/codex-binary';
import { DataDirectories } from '../../../src/runtime/data-directories';
import { Runtime } from '../../../src/runtime/runtime';
import { removeDataRoot } from '../../support/data-root';
import { PINNED_CODEX } from '../../support/pinned-codex';
import { silent } from './support/pool-fixture';

const root = resolve(__dirname, '../../../.cache/test', randomUUID());

@Global()
@Module({ providers: [{ provide: Logger, useValue: silent }], exports: [Logger] })
class LogModule {}

describe('the runtime', () => {
  afterAll(() => removeDataRoot(root));

  const build = (variables: Record<string, string>) =>
    Test.createTestingModule({ imports: [ConfigModule, LogModule, AppServerModule] })
      .overrideProvider(Environment)
      .useValue(new Environment({ PATH: process.env.PATH, CODEX_DATA_ROOT: root, ...variables }))
      .compile();

  it('is wired, makes private folders, and tells codex of the models', async () => {
    const app = await build({});
    const runtime = app.get(Runtime);
    await runtime.prepare();
    await runtime.writeCatalog([
      { slug: 'one', displayName: 'One', contextWindow: 1000, inputModalities: ['text'] },
      { slug: 'two', displayName: 'Two', contextWindow: 2000, inputModalities: ['text', 'image'] },
    ]);

    const modes = ['', 'global_config', 'codex_home', 'sessions', 'db'].map((name) => statSync(join(root, name)).mode);
    expect(modes.map((mode) => mode & 0o777)).toEqual(Array(5).fill(0o700));
    const catalog = JSON.parse(readFileSync(join(root, 'codex_tools/model_catalog.json'), 'utf8')) as {
      models: Record<string, unknown>[];
    };
    expect(catalog.models).toMatchObject([
      { slug: 'one', context_window: 1000, apply_patch_tool_type: 'freeform' },
      { slug: 'two', input_modalities: ['text', 'image'] },
    ]);
    expect(JSON.stringify(catalog)).not.toContain('GPT-5');
    expect(app.get(AppServerPool).ready).toBe(false);
  });

  it('says which folder cannot be written', async () => {
    const directories = new DataDirectories(Object.assign(new StorageConfig(), { dataRoot: '/proc/nowhere' }));
    await expect(directories.prepare()).rejects.toThrow(ConfigError);
    await expect(directories.prepare()).rejects.toThrow(/\/proc\/nowhere \(CODEX_DATA_ROOT\) must be a folder/);
  });

  it('knows the version of the packaged binary and of a configured one', async () => {
    const packaged = new CodexBinary(new PoolConfig());
    const configured = new CodexBinary(Object.assign(new PoolConfig(), { binaryPath: packaged.path }));
    expect(await packaged.version()).toBe(PINNED_CODEX);
    expect(await configured.version()).toBe(PINNED_CODEX);
    expect(configured.toolPath).toEqual(packaged.toolPath);
  });

  it.each([
    ['/nowhere/codex', /CODEX_BINARY_PATH is "\/nowhere\/codex", but there is no such file/],
    ['/bin/true', /CODEX_BINARY_PATH is "\/bin\/true", but it must be a codex binary/],
  ])('refuses %s as a binary', async (binaryPath, message) => {
    const ask = async () => new CodexBinary(Object.assign(new PoolConfig(), { binaryPath })).version();
    await expect(ask()).rejects.toThrow(message);
  });
});
