import { rmSync } from 'node:fs';
import { delimiter } from 'node:path';
import { ConfigError } from '../config/config.error';
import { Environment } from '../config/environment';
import { GatewayConfig } from '../config/gateway.config';
import { PoolConfig } from '../config/pool.config';
import { CertificateBundle } from './certificate-bundle';
import { ChildEnvironment, Variables } from './child-environment';
import { CodexBinary } from './codex-binary';
import { keepProblemsOnly } from './codex-log-filter';
import { DataDirectories } from './data-directories';
import { GitShim } from './git-shim';
import { GroupKey } from './group-key';
import { BwrapWrapper } from './isolation/bwrap-wrapper';
import { MountIsolation } from './isolation/mount-isolation';
import { launchArguments } from './launch-options';
import { ModelCatalog } from './model-catalog';
import { CatalogModel } from './model-catalog.types';
import { ModelEndpoint } from './model-endpoint';

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

/** Silence that codex grants beyond the gateway's own limit, so that the gateway's report arrives first. */
const STREAM_IDLE_MARGIN_MS = 10_000;

/** What must be on disk before an app-server can start, and how it is started. */
export class Runtime {
  private readonly certificates: CertificateBundle;
  private readonly wrapper: BwrapWrapper;
  private readonly git: GitShim;
  private readonly mounts: MountIsolation;
  private readonly environment: ChildEnvironment;
  private readonly catalog: ModelCatalog;

  constructor(
    private readonly directories: DataDirectories,
    private readonly binary: CodexBinary,
    private readonly endpoint: ModelEndpoint,
    private readonly gateway: GatewayConfig,
    environment: Environment,
    private readonly pool: PoolConfig,
  ) {
    this.certificates = new CertificateBundle(directories.tools);
    this.wrapper = new BwrapWrapper(directories, { secretFile: environment.file, program: binary.path });
    this.git = new GitShim(directories);
    const isLinkless = pool.isConfined && pool.isolation === 'shared';
    this.mounts = new MountIsolation(directories, environment.file, binary.path, isLinkless);
    const { wrapper } = this;
    this.environment = new ChildEnvironment(environment, directories, this.certificates, {
      ofCodex: [this.git.folder, ...binary.toolPath],
      get ofCommands() {
        return wrapper.folders;
      },
    });
    this.catalog = new ModelCatalog(directories, binary, this.environment);
  }

  /**
   * @returns what an operator should know, in sentences
   * @throws ConfigError when a folder cannot be written, the binary cannot be run, or the machine does not allow what is
   * required of it
   */
  async prepare(): Promise<string[]> {
    await this.directories.prepare();
    await this.certificates.write();
    await this.wrapper.write([...this.binary.toolPath, this.environment.inheritedPath]);
    await this.git.write(this.environment.inheritedPath);
    await this.binary.version();
    return this.isolateMounts();
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
    const codexHome = this.directories.prepareHome(group);
    if (this.pool.isConfined) rmSync(this.directories.allowancesIn(codexHome), { force: true });
    this.wrapper.keep();
    const settings = {
      baseUrl: this.endpoint.baseUrl,
      catalogFile: this.catalog.file,
      commandVariables: this.environment.ofCommands(marker, this.wrapper.isActive),
      hasOwnTmp: this.wrapper.isActive,
      opensImages: !this.pool.isConfined || (this.mounts.isActive && group.kind !== 'shared'),
      streamIdleTimeoutMs: this.gateway.idleTimeoutSeconds * 1000 + STREAM_IDLE_MARGIN_MS,
    };
    const key = this.endpoint.issueKey(instanceId);
    return {
      ...this.mounts.wrap({ file: this.binary.path, args: launchArguments(settings) }, group, this.wrapper.folders),
      cwd: codexHome,
      env: this.environment.ofCodex(codexHome, key, marker),
      onAnswer: () => keepProblemsOnly(codexHome),
      release: () => this.endpoint.revokeKey(key),
    };
  }

  private async isolateMounts(): Promise<string[]> {
    const { mountIsolation } = this.pool;
    if (mountIsolation === 'off') return [];
    const searchPath = [...this.binary.toolPath, this.environment.inheritedPath].join(delimiter);
    const obstacle = await this.mounts.activate(searchPath, this.wrapper.folders);
    if (obstacle === undefined) return [];
    if (mountIsolation === 'auto') return [obstacle];
    throw new ConfigError(`CODEX_PRIVATE_VIEW is "required", but this machine does not allow it: ${obstacle}`);
  }
}
