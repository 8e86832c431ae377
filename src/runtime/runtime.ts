import { rmSync } from 'node:fs';
import { Environment } from '../config/environment';
import { GatewayConfig } from '../config/gateway.config';
import { PoolConfig } from '../config/pool.config';
import { CertificateBundle } from './certificate-bundle';
import { ChildEnvironment, Variables } from './child-environment';
import { CodexBinary } from './codex-binary';
import { testOf } from './codex-versions';
import { DataDirectories } from './data-directories';
import { writeGitDefaults } from './git/git-defaults';
import { GroupKey } from './group-key';
import { AgentProgram, Reach } from './isolation/agent-program';
import { launchArguments } from './launch-options';
import { LaunchWorkarounds } from './launch-workarounds';
import { ModelCatalog } from './model-catalog';
import { CatalogModel } from './model-catalog.types';
import { ModelEndpoint } from './model-endpoint';

export interface RuntimeSettings {
  readonly environment: Environment;
  readonly gateway: GatewayConfig;
  readonly pool: PoolConfig;
}

/** Everything that is needed to start one app-server. */
export interface Launch {
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Variables;
  /** Called when the process has answered for the first time; never throws. */
  readonly onAnswer: () => Promise<void>;
  /** Called when the process has ended: its key for the gateway ends too. */
  readonly release: () => void;
}

/** A program that works for the agent of a chat, as one of its commands. */
export interface ProgramRequest extends Reach {
  /** The program is looked up on the PATH of the agent's commands. */
  readonly argv: readonly [string, ...string[]];
  /** Absolute path of the chat's folder. */
  readonly workspace: string;
  /** Goes into the environment of all that it starts. */
  readonly marker: string;
  readonly group: GroupKey;
  /** Beside those of all commands. */
  readonly variables: Variables;
}

/** How a program of an agent is started. */
export type ProgramStart = Pick<Launch, 'file' | 'args' | 'cwd' | 'env'>;

/** Silence that codex grants beyond the gateway's own limit, so that the gateway's report arrives first. */
const STREAM_IDLE_MARGIN_MS = 10_000;

/** What must be on disk before an app-server can start, and how it is started. */
export class Runtime {
  private readonly certificates: CertificateBundle;
  private readonly environment: ChildEnvironment;
  private readonly catalog: ModelCatalog;
  private readonly programs: AgentProgram;

  constructor(
    private readonly directories: DataDirectories,
    private readonly binary: CodexBinary,
    private readonly endpoint: ModelEndpoint,
    private readonly settings: RuntimeSettings,
    private readonly workarounds: LaunchWorkarounds,
  ) {
    this.certificates = new CertificateBundle(directories.tools);
    this.environment = new ChildEnvironment(settings.environment, directories, this.certificates, workarounds);
    this.catalog = new ModelCatalog(directories, binary, this.environment);
    this.programs = new AgentProgram(directories.sandbox, binary.path);
  }

  /**
   * @returns what an operator should know, in sentences
   * @throws ConfigError when a folder cannot be written, the binary cannot be run, or the machine does not allow what is
   * required of it
   */
  async prepare(): Promise<string[]> {
    await this.directories.prepare();
    await this.certificates.write();
    await writeGitDefaults(this.directories.sandbox);
    const { warning } = testOf(await this.binary.version());
    await this.workarounds.prepare();
    await this.programs.prepare();
    return warning === null ? [] : [warning];
  }

  /**
   * Tells codex which models there are. An app-server that is already running keeps the list that it started with.
   *
   * @throws ConfigError when the binary does not print its own models.
   */
  writeCatalog(models: readonly CatalogModel[]): Promise<void> {
    return this.catalog.write(models);
  }

  /**
   * Issues a key for the instance and says how to start it.
   *
   * @param marker goes into the environment of all that it starts
   * @param group whose CODEX_HOME it gets
   * @throws Error when that folder or the wrapper of its sandboxes cannot be made, or what was once allowed for good
   * cannot be taken back
   */
  launch(instanceId: string, marker: string, group: GroupKey): Launch {
    const { pool, gateway } = this.settings;
    const { hasOwnTmp, hidesOthers } = this.workarounds;
    const codexHome = this.directories.prepareHome(group);
    // What it holds is allowed to every chat of the group; rules of a chat are kept with the chat.
    rmSync(this.directories.allowancesIn(codexHome), { force: true });
    const args = launchArguments({
      baseUrl: this.endpoint.baseUrl,
      catalogFile: this.catalog.file,
      commandVariables: this.environment.ofCommands(marker, hasOwnTmp),
      hasOwnTmp,
      opensImages: !pool.sandboxCeiling.confines || (hidesOthers && group.kind !== 'shared'),
      streamIdleTimeoutMs: gateway.idleTimeoutSeconds * 1000 + STREAM_IDLE_MARGIN_MS,
    });
    const command = this.workarounds.wrap({ file: this.binary.path, args }, group);
    const key = this.endpoint.issueKey(instanceId);
    return {
      ...command,
      cwd: codexHome,
      env: this.environment.ofCodex(codexHome, key, marker),
      onAnswer: () => this.workarounds.onAnswer(codexHome),
      release: () => this.endpoint.revokeKey(key),
    };
  }

  /**
   * Says how a program is started that sees and may do what the agent's commands of the chat do.
   *
   * @throws Error when the wrapper of its sandbox cannot be made
   */
  program({ argv, workspace, marker, group, variables, ...reach }: ProgramRequest): ProgramStart {
    const command = this.programs.command(argv, workspace, reach);
    const env = { ...this.environment.ofCommands(marker, this.workarounds.hasOwnTmp), ...variables };
    return { ...this.workarounds.wrap(command, group), cwd: workspace, env };
  }
}
