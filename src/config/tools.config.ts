import { IsInt, IsString, Max, Min } from 'class-validator';
import { asList, asNumber, Env } from './env.decorator';

/** Tools of this service that a model may call beside those that codex has. */
export class ToolsConfig {
  /**
   * Names, comma separated, of the tools that every new chat is offered: `file_read`, `file_write`, `file_edit`, `bash`, `search`,
   * `environment_setup`, and those of TOOLS_DIR. A chat that had its first turn keeps what it was offered.
   */
  @Env('AGENT_TOOLS', asList)
  @IsString({ each: true })
  agentTools: string[] = [];

  /** Folder with tools of the operator's own, a file each, and `tools.yaml`. Read at the start. Empty: none. */
  @Env('TOOLS_DIR')
  @IsString()
  folder = '';

  /** File with the secrets that tools may name, as `NAME=value`; empty: `global_config/tool_secrets.env` in the data root. */
  @Env('TOOL_SECRETS_FILE')
  @IsString()
  secretsFile = '';

  /** Seconds that one call of a tool may take where neither it nor the model says less. */
  @Env('TOOL_TIMEOUT_SECONDS', asNumber)
  @IsInt()
  @Min(1)
  @Max(3600)
  timeoutSeconds = 120;

  /** Memory in MiB that a tool of TOOLS_DIR may use. */
  @Env('TOOL_MEMORY_MB', asNumber)
  @IsInt()
  @Min(32)
  @Max(65_536)
  memoryMb = 256;

  /** Calls of tools of TOOLS_DIR that run at once, in all chats; others wait. */
  @Env('TOOL_CALLS_MAX', asNumber)
  @IsInt()
  @Min(1)
  @Max(1000)
  callsMax = 8;

  /** Packages, comma separated, that `environment_setup` may install, by name; `*`: any. Empty: none. */
  @Env('TOOL_PACKAGES', asList)
  @IsString({ each: true })
  packages: string[] = [];

  /** Index of Python packages that `environment_setup` asks; empty: that of pip. */
  @Env('TOOL_PYTHON_INDEX')
  @IsString()
  pythonIndex = '';

  /** Registry of Node packages that `environment_setup` asks; empty: that of npm. */
  @Env('TOOL_NODE_REGISTRY')
  @IsString()
  nodeRegistry = '';

  /** Proxy that `environment_setup` reaches them through; empty: none. */
  @Env('TOOL_PACKAGE_PROXY')
  @IsString()
  packageProxy = '';
}
