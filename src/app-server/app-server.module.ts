import { Module } from '@nestjs/common';
import { Logger } from '../common/logger';
import { PoolConfig } from '../config/pool.config';
import { DataDirectories } from '../runtime/data-directories';
import { Runtime } from '../runtime/runtime';
import { RuntimeModule } from '../runtime/runtime.module';
import { AgentPool, AppServerAgents } from './agent/agent-pool';
import { AppServerPool } from './pool/pool';
import { ProcessLauncher } from './process/process-launcher';

/** The pool; the boot code starts and stops it, because their order in the whole service matters. */
@Module({
  imports: [RuntimeModule],
  providers: [
    {
      provide: AppServerPool,
      useFactory: (config: PoolConfig, runtime: Runtime, directories: DataDirectories, root: Logger) => {
        const logger = root.child({ component: 'pool' });
        return new AppServerPool(config, new ProcessLauncher(runtime, logger, directories), logger);
      },
      inject: [PoolConfig, Runtime, DataDirectories, Logger],
    },
    {
      provide: AgentPool,
      useFactory: (pool: AppServerPool, root: Logger) =>
        new AppServerAgents(pool, root.child({ component: 'threads' })),
      inject: [AppServerPool, Logger],
    },
  ],
  exports: [AppServerPool, AgentPool],
})
export class AppServerModule {}
