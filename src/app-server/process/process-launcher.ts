import { randomUUID } from 'node:crypto';
import { ComponentLogger } from '../../common/logger';
import { GroupKey } from '../../runtime/group-key';
import { Launch } from '../../runtime/runtime';
import { AppServerProcess, ProcessListener } from './app-server-process';
import { Reaper } from './reaper';

/** Says how an app-server is started; the Runtime does. */
export interface LaunchSource {
  /** @param group whose CODEX_HOME it gets */
  launch(instanceId: string, marker: string, group: GroupKey): Launch;
}

/** Starts app-servers so that each one, with all that it starts, ends no later than the service. */
export class ProcessLauncher {
  private readonly run = randomUUID();
  private readonly reaper: Reaper;
  private launches = 0;

  constructor(
    private readonly source: LaunchSource,
    private readonly logger: ComponentLogger,
  ) {
    this.reaper = new Reaper(this.run, logger);
  }

  /** A process that cannot be started usually shows by its exit. @throws Error when not even that is possible */
  launch(group: GroupKey, instanceId: string, listener: ProcessListener): AppServerProcess {
    this.launches += 1;
    const marker = `${this.run}.${instanceId}.${this.launches}`;
    const logger = this.logger.child({ instance: instanceId });
    return new AppServerProcess(this.source.launch(instanceId, marker, group), {
      marker,
      listener,
      reaper: this.reaper,
      logger,
    });
  }

  /** Kills whatever is left. Call it when every process was stopped. */
  close(): Promise<void> {
    return this.reaper.close();
  }
}
