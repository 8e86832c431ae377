import { createHash, randomUUID } from 'node:crypto';
import { ComponentLogger } from '../../common/logger';
import { MARKER_VARIABLE } from '../../runtime/child-environment';
import { GroupKey } from '../../runtime/group-key';
import { Launch, ProgramRequest, ProgramStart } from '../../runtime/runtime';
import { AgentProcess, SpawnedProgram } from './agent-process';
import { AppServerProcess, ProcessListener } from './app-server-process';
import { CommandProcesses } from './command-processes';
import { killProcesses } from './marked-processes';
import { Reaper } from './reaper';

/** Says how an app-server is started; the Runtime does. */
export interface LaunchSource {
  /** @param group whose CODEX_HOME it gets */
  launch(instanceId: string, marker: string, group: GroupKey): Launch;
  /** How a program starts that works for an agent. @throws Error when its sandbox cannot be made */
  program(request: ProgramRequest): ProgramStart;
}

/** The homes of a group of app-servers. */
export interface AgentHomes {
  readonly codexHome: string;
  /** HOME, as codex sees it. */
  readonly home: string;
  /** Where that may lie for the service. */
  readonly homes: readonly string[];
}

/** Folders that no other service has. */
export interface OwnFolders {
  /** HOME of all that the app-servers start. */
  readonly agentHome: string;
  /** The same folder in the view of each of them. */
  readonly tools: string;
  /** CODEX_HOME of a group. */
  codexHomeOf(group: GroupKey): string;
  /** What a group sees as `agentHome`, where its mounts are its own. */
  agentHomeOf(group: GroupKey): string;
}

/** Starts app-servers so that each one, with all that it starts, ends no later than the service. */
export class ProcessLauncher {
  /** What the marker of everything starts with that was ever started on this data root. */
  private readonly site: string;
  private readonly runMarker: string;
  private readonly reaper: Reaper;
  /** What the agents' commands run. */
  readonly commands: CommandProcesses;
  private launches = 0;
  private programs = 0;

  constructor(
    private readonly source: LaunchSource,
    private readonly logger: ComponentLogger,
    private readonly folders: OwnFolders,
  ) {
    this.site = createHash('sha256').update(folders.agentHome).digest('hex').slice(0, 16);
    this.runMarker = `${this.site}-${randomUUID()}`;
    this.reaper = new Reaper(this.runMarker, logger);
    this.commands = new CommandProcesses(this.runMarker, logger);
  }

  /**
   * Kills what earlier runs on this data root have left, where their reaper was killed with them: a process that is
   * stopped still holds the writer locks of its threads. To be called before the first launch; Linux only.
   */
  async clearOrphans(): Promise<void> {
    const { agentHome, tools } = this.folders;
    const traces = [`${MARKER_VARIABLE}=${this.site}-`, `HOME=${agentHome}\0`];
    const killed = await killProcesses(traces, tools);
    if (killed > 0) this.logger.warn({ killed }, 'ended what an earlier run of the service had left running');
  }

  /** Where the app-servers of a group look for what is for all of their threads. */
  homesOf(group: GroupKey): AgentHomes {
    const { agentHome: home } = this.folders;
    return { codexHome: this.folders.codexHomeOf(group), home, homes: [home, this.folders.agentHomeOf(group)] };
  }

  /** A process that cannot be started usually shows by its exit. @throws Error when not even that is possible */
  launch(group: GroupKey, instanceId: string, listener: ProcessListener): AppServerProcess {
    this.launches += 1;
    const marker = `${this.runMarker}.${instanceId}.${this.launches}`;
    const logger = this.logger.child({ instance: instanceId });
    return new AppServerProcess(this.source.launch(instanceId, marker, group), {
      marker,
      listener,
      reaper: this.reaper,
      logger,
    });
  }

  /** Starts a program that works for an agent. @throws Error when not even an attempt is possible */
  run(request: Omit<ProgramRequest, 'marker'>): AgentProcess {
    this.programs += 1;
    const marker = `${this.runMarker}.program.${this.programs}`;
    return new SpawnedProgram(this.source.program({ ...request, marker }), marker, this.reaper);
  }

  /** Kills whatever is left. Call it when every process was stopped. */
  close(): Promise<void> {
    return this.reaper.close();
  }
}
