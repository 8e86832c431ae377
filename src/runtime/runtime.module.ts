import { Global, Module } from '@nestjs/common';
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
export class RuntimeModule {}
