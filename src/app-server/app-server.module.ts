import { Module } from '@nestjs/common';
import { Logger } from '../common/logger';
import { PoolConfig } from '../config/pool.config';
import { Runtime } from '../runtime/runtime';
import { RuntimeModule } from '../runtime/runtime.module';
import { AppServerPool } from './pool/app-server-pool';
import { ProcessLauncher } from './process/process-launcher';

/** The pool; the boot code starts and stops it, because their order in the whole service matters. */
@Module({
  imports: [RuntimeModule],
  providers: [
    {
      provide: AppServerPool,
      useFactory: (config: PoolConfig, runtime: Runtime, root: Logger) => {
        const logger = root.child({ component: 'pool' });
        return new AppServerPool(config, new ProcessLauncher(runtime, logger), logger);
      },
      inject: [PoolConfig, Runtime, Logger],
    },
  ],
  exports: [AppServerPool],
})
export class AppServerModule {}
