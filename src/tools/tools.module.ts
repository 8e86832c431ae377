import { Global, Module, OnApplicationBootstrap } from '@nestjs/common';
import { Logger } from '../common/logger';
import { Environment } from '../config/environment';
import { ToolsConfig } from '../config/tools.config';
import { DEFAULT_PATH } from '../runtime/child-environment';
import { CodexBinary } from '../runtime/codex-binary';
import { DataDirectories } from '../runtime/data-directories';
import { AgentTools } from './agent-tools';
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
        const sources = [new BuiltinTools({ sandbox: directories.sandbox, searchPath, config })];
        return new AgentTools(config, sources, logger.child({ component: 'tools' }));
      },
      inject: [ToolsConfig, DataDirectories, CodexBinary, Environment, Logger],
    },
  ],
  exports: [AgentTools],
})
export class ToolsModule implements OnApplicationBootstrap {
  constructor(private readonly tools: AgentTools) {}

  /** Before turns run, and after what the runtime needs on disk is there. */
  async onApplicationBootstrap(): Promise<void> {
    await this.tools.load();
  }
}
