import { Global, Module, OnModuleInit } from '@nestjs/common';
import { Logger } from '../common/logger';
import { Environment } from '../config/environment';
import { GatewayConfig } from '../config/gateway.config';
import { PoolConfig } from '../config/pool.config';
import { StorageConfig } from '../config/storage.config';
import { CodexBinary } from './codex-binary';
import { DataDirectories } from './data-directories';
import { DataRootLock } from './data-root-lock';
import { ModelEndpoint } from './model-endpoint';
import { Runtime } from './runtime';

const providers = [
  {
    provide: DataDirectories,
    useFactory: (config: StorageConfig) => new DataDirectories(config),
    inject: [StorageConfig],
  },
  {
    provide: DataRootLock,
    useFactory: (directories: DataDirectories) => new DataRootLock(directories),
    inject: [DataDirectories],
  },
  { provide: CodexBinary, useFactory: (config: PoolConfig) => new CodexBinary(config), inject: [PoolConfig] },
  { provide: ModelEndpoint, useFactory: () => new ModelEndpoint() },
  {
    provide: Runtime,
    useFactory: (...parts: ConstructorParameters<typeof Runtime>) => new Runtime(...parts),
    inject: [DataDirectories, CodexBinary, ModelEndpoint, GatewayConfig, Environment, PoolConfig],
  },
];

/** Directories on disk, the codex binary, and what codex is started with. Needs the global ConfigModule. */
@Global()
@Module({ providers, exports: providers })
export class RuntimeModule implements OnModuleInit {
  constructor(
    private readonly runtime: Runtime,
    private readonly lock: DataRootLock,
    private readonly logger: Logger,
  ) {}

  /** @throws ConfigError in one sentence for a person */
  async onModuleInit(): Promise<void> {
    await this.lock.take();
    const logger = this.logger.child({ component: 'runtime' });
    for (const sentence of await this.runtime.prepare()) logger.warn(sentence);
  }
}
