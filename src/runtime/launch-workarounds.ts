import { execFile } from 'node:child_process';
import { delimiter } from 'node:path';
import { promisify } from 'node:util';
import { Workarounds } from '../common/workarounds';
import { Environment } from '../config/environment';
import { PoolConfig } from '../config/pool.config';
import { SandboxConfig } from '../config/sandbox.config';
import { WorkaroundConfig } from '../config/workaround.config';
import { DEFAULT_PATH } from './child-environment';
import { CodexBinary } from './codex-binary';
import { CodexLogFilter } from './codex-log-filter';
import { DataDirectories } from './data-directories';
import { GroupKey } from './group-key';
import { BWRAP_WRAPPER, BwrapWrapper } from './isolation/bwrap-wrapper';
import { MachineView } from './isolation/machine-view';
import { Command, MOUNT_ISOLATION, MountIsolation } from './isolation/mount-isolation';
import { withoutLinks } from './without-links';

/** An app-server whose input has ended stops at once. */
const TRIAL_DEADLINE_MS = 10_000;

export interface LaunchWorkaroundSettings {
  readonly environment: Environment;
  readonly pool: PoolConfig;
  readonly sandbox: SandboxConfig;
  readonly workarounds: WorkaroundConfig;
}

/** What of ours stands between codex and the machine that it runs on; all of it is tried before the service starts. */
export class LaunchWorkarounds {
  private readonly wrapper: BwrapWrapper;
  private readonly mounts: MountIsolation;
  private readonly logs: CodexLogFilter;

  constructor(
    private readonly directories: DataDirectories,
    private readonly binary: CodexBinary,
    private readonly settings: LaunchWorkaroundSettings,
    private readonly workarounds: Workarounds,
  ) {
    const { environment, pool, sandbox } = settings;
    const programs = [binary.path, process.execPath].map(withoutLinks);
    const view = new MachineView({ searchPath: this.searchPath, programs, readable: sandbox.readable });
    this.wrapper = new BwrapWrapper(directories, { secretFile: environment.file, view, fileMaxMb: sandbox.fileMaxMb });
    const { confines } = pool.sandboxCeiling;
    this.mounts = new MountIsolation(directories, {
      ...{ secretFile: environment.file, program: binary.path, view, isConfined: confines },
      isLinkless: confines && pool.isolation === 'shared',
    });
    this.logs = new CodexLogFilter(settings.workarounds.logFilter, workarounds);
  }

  /** @throws ConfigError when one that is required does not work here, or a command could go around its sandbox's wrapper */
  async prepare(): Promise<void> {
    const { bwrapWrapper, mountIsolation } = this.settings.workarounds;
    const { searchPath } = this;
    await this.workarounds.settle(BWRAP_WRAPPER, bwrapWrapper, () => this.wrapper.activate(searchPath));
    await this.workarounds.settle(MOUNT_ISOLATION, mountIsolation, () =>
      this.mounts.activate(searchPath.join(delimiter), this.wrapper.folders),
    );
    await this.logs.prepare(this.directories.tools, (codexHome) => this.runOnce(codexHome));
  }

  /** Folders that go first on codex's own PATH. */
  get codexFolders(): readonly string[] {
    return this.binary.toolPath;
  }

  /** Folders that go first on the PATH of the agent's commands. */
  get commandFolders(): string[] {
    return this.wrapper.folders;
  }

  /** Whether the sandbox of each chat has a /tmp of its own. */
  get hasOwnTmp(): boolean {
    return this.wrapper.isInPlace;
  }

  /** Whether app-servers do not see what is not of their group. */
  get hidesOthers(): boolean {
    return this.mounts.isActive;
  }

  /** The command as it is to be started for this group. @throws Error of the file system */
  wrap(command: Command, group: GroupKey): Command {
    this.wrapper.keep();
    return this.mounts.wrap(command, group, this.wrapper.folders);
  }

  /** To be called when an app-server of this home has answered. Never throws. */
  onAnswer(codexHome: string): Promise<void> {
    return this.logs.apply(codexHome);
  }

  private get searchPath(): string[] {
    return [...this.binary.toolPath, ...this.inheritedPath.split(delimiter)];
  }

  private get inheritedPath(): string {
    return this.settings.environment.get('PATH') ?? DEFAULT_PATH;
  }

  private runOnce(codexHome: string): Promise<unknown> {
    const env = { PATH: this.inheritedPath, HOME: codexHome, CODEX_HOME: codexHome };
    const running = promisify(execFile)(this.binary.path, ['app-server'], { env, timeout: TRIAL_DEADLINE_MS });
    running.child.stdin?.end();
    return running;
  }
}
