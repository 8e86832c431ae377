import { BeforeApplicationShutdown, Global, Module, OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { Logger } from '../common/logger';
import { Workarounds } from '../common/workarounds';
import { Environment } from '../config/environment';
import { GatewayConfig } from '../config/gateway.config';
import { PoolConfig } from '../config/pool.config';
import { PreparationConfig } from '../config/preparation.config';
import { SandboxConfig } from '../config/sandbox.config';
import { StorageConfig } from '../config/storage.config';
import { WorkaroundConfig } from '../config/workaround.config';
import { DEFAULT_PATH } from './child-environment';
import { CodexBinary } from './codex-binary';
import { DataDirectories } from './data-directories';
import { DataRootLock } from './data-root-lock';
import { Git } from './git/git';
import { PREPARATION_VARIABLES, RuntimePreparation } from './preparation/runtime-preparation';
import { SandboxedGit } from './git/sandboxed-git';
import { Installation } from './installation';
import { LaunchWorkarounds } from './launch-workarounds';
import { ModelEndpoint } from './model-endpoint';
import { Runtime } from './runtime';
import { StorageSpace } from './storage-space';

const providers = [
  {
    provide: DataDirectories,
    useFactory: (config: StorageConfig) => new DataDirectories(config),
    inject: [StorageConfig],
  },
  {
    provide: StorageSpace,
    useFactory: (config: StorageConfig, directories: DataDirectories, logger: Logger) =>
      new StorageSpace(config, directories, logger.child({ component: 'storage' })),
    inject: [StorageConfig, DataDirectories, Logger],
  },
  {
    provide: DataRootLock,
    useFactory: (directories: DataDirectories) => new DataRootLock(directories),
    inject: [DataDirectories],
  },
  { provide: Git, useFactory: (environment: Environment) => new Git(environment), inject: [Environment] },
  {
    provide: RuntimePreparation,
    useFactory: (
      config: PreparationConfig,
      directories: DataDirectories,
      binary: CodexBinary,
      environment: Environment,
      logger: Logger,
    ) => {
      const searchPath = environment.get('PATH') ?? DEFAULT_PATH;
      const tools = { searchPath, env: environment.pick(PREPARATION_VARIABLES) };
      return new RuntimePreparation(config, directories, binary, tools, logger.child({ component: 'runtime' }));
    },
    inject: [PreparationConfig, DataDirectories, CodexBinary, Environment, Logger],
  },
  {
    provide: SandboxedGit,
    useFactory: (environment: Environment, directories: DataDirectories, launch: LaunchWorkarounds) =>
      new SandboxedGit(environment, directories, launch),
    inject: [Environment, DataDirectories, LaunchWorkarounds],
  },
  { provide: CodexBinary, useFactory: (config: PoolConfig) => new CodexBinary(config), inject: [PoolConfig] },
  { provide: ModelEndpoint, useFactory: () => new ModelEndpoint() },
  {
    provide: Workarounds,
    useFactory: (logger: Logger, http: HttpAdapterHost) =>
      new Workarounds(logger.child({ component: 'runtime' }), http),
    inject: [Logger, HttpAdapterHost],
  },
  {
    provide: Installation,
    useFactory: (binary: CodexBinary, registry: Workarounds) => new Installation(binary, registry),
    inject: [CodexBinary, Workarounds],
  },
  {
    provide: LaunchWorkarounds,
    useFactory: (
      directories: DataDirectories,
      binary: CodexBinary,
      registry: Workarounds,
      environment: Environment,
      pool: PoolConfig,
      sandbox: SandboxConfig,
      workarounds: WorkaroundConfig,
    ) => new LaunchWorkarounds(directories, binary, { environment, pool, sandbox, workarounds }, registry),
    inject: [DataDirectories, CodexBinary, Workarounds, Environment, PoolConfig, SandboxConfig, WorkaroundConfig],
  },
  {
    provide: Runtime,
    useFactory: (
      directories: DataDirectories,
      binary: CodexBinary,
      endpoint: ModelEndpoint,
      launch: LaunchWorkarounds,
      environment: Environment,
      gateway: GatewayConfig,
      pool: PoolConfig,
    ) => new Runtime(directories, binary, endpoint, { environment, gateway, pool }, launch),
    inject: [DataDirectories, CodexBinary, ModelEndpoint, LaunchWorkarounds, Environment, GatewayConfig, PoolConfig],
  },
];

/** Directories on disk, the codex binary, and what codex is started with. Needs the global ConfigModule. */
@Global()
@Module({ providers, exports: providers })
export class RuntimeModule implements OnModuleInit, BeforeApplicationShutdown {
  constructor(
    private readonly runtime: Runtime,
    private readonly lock: DataRootLock,
    private readonly preparation: RuntimePreparation,
    private readonly logger: Logger,
  ) {}

  /** @throws ConfigError in one sentence for a person */
  async onModuleInit(): Promise<void> {
    await this.lock.take();
    const logger = this.logger.child({ component: 'runtime' });
    for (const sentence of await this.runtime.prepare()) logger.warn(sentence);
    // Not waited for: chats can do without it.
    await this.preparation.begin();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.preparation.stop();
  }
}
