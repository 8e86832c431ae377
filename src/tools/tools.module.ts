import { join } from 'node:path';
import { Global, Module, OnApplicationBootstrap, OnApplicationShutdown } from '@nestjs/common';
import { Logger } from '../common/logger';
import { Environment } from '../config/environment';
import { ToolsConfig } from '../config/tools.config';
import { DEFAULT_PATH } from '../runtime/child-environment';
import { CodexBinary } from '../runtime/codex-binary';
import { DataDirectories } from '../runtime/data-directories';
import { AgentTools } from './agent-tools';
import { CustomTools } from './custom/custom-tools';
import { HttpTools } from './http/http-tools';
import { BuiltinTools } from './builtin/builtin-tools';

/** Tools of this service that models call through codex. */
@Global()
@Module({
  providers: [
    {
      provide: AgentTools,
      useFactory: (
        config: ToolsConfig,
        directories: DataDirectories,
        binary: CodexBinary,
        environment: Environment,
        logger: Logger,
      ) => {
        const searchPath = [...binary.toolPath, environment.get('PATH') ?? DEFAULT_PATH];
        const own = logger.child({ component: 'tools' });
        const secretsFile = config.secretsFile || join(directories.globalConfig, 'tool_secrets.env');
        const sources = [
          new BuiltinTools({ sandbox: directories.sandbox, searchPath, config }),
          new CustomTools({ config, secretsFile, logger: own }),
          new HttpTools(config, secretsFile),
        ];
        return new AgentTools(config, sources, own);
      },
      inject: [ToolsConfig, DataDirectories, CodexBinary, Environment, Logger],
    },
  ],
  exports: [AgentTools],
})
export class ToolsModule implements OnApplicationBootstrap, OnApplicationShutdown {
  constructor(private readonly tools: AgentTools) {}

  /** Before turns run, and after what the runtime needs on disk is there. */
  async onApplicationBootstrap(): Promise<void> {
    await this.tools.load();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.tools.close();
  }
}
