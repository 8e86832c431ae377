import {
  BeforeApplicationShutdown,
  Injectable,
  OnApplicationBootstrap,
  OnApplicationShutdown,
  OnModuleDestroy,
} from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { Logger } from './common/logger';
import { ServerConfig } from './config/server.config';
import { InternalListener } from './internal-listener';
import { Operation } from './operation';

const RUNS_AS_ROOT =
  'the service runs as root: what an agent may do without its sandbox it may do to the whole machine; run it as a user of its own';

/**
 * What Nest's hooks do for the service as a whole. As part of the outermost module it is started last, and stopped first.
 *
 * | hook                        | what happens                                                                           |
 * | --------------------------- | -------------------------------------------------------------------------------------- |
 * | `onModuleInit`              | data root locked, what codex needs on disk, database opened, keys and backends read    |
 * | `onApplicationBootstrap`    | accepted turns are counted, codex can reach the gateway                                |
 * | (the service listens)       | app-servers start, the turns of a dead process are ended, queued ones run              |
 * | `onModuleDestroy`           | running turns and calls have the grace time to end, while everything still serves them |
 * | `beforeApplicationShutdown` | app-servers are stopped, and what still runs is ended                                  |
 * | (Nest ends connections)     |                                                                                        |
 * | `onApplicationShutdown`     | codex's listener is closed, and last of all the database                               |
 */
@Injectable()
export class Lifecycle
  implements OnApplicationBootstrap, OnModuleDestroy, BeforeApplicationShutdown, OnApplicationShutdown
{
  private readonly start = Promise.withResolvers<void>();
  /** Resolves when every app-server has been tried and queued turns run; rejects when the service cannot start. */
  readonly started = this.start.promise;

  constructor(
    private readonly operation: Operation,
    private readonly internal: InternalListener,
    private readonly http: HttpAdapterHost,
    private readonly config: ServerConfig,
    private readonly logger: Logger,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.operation.prepare();
    await this.internal.open();
    this.http.listen$.subscribe(() => this.start.resolve(this.begin()));
  }

  async onModuleDestroy(): Promise<void> {
    await this.operation.drain(this.config.shutdownGraceSeconds * 1000);
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.operation.close();
  }

  onApplicationShutdown(): void {
    this.internal.close();
  }

  private async begin(): Promise<void> {
    const logger = this.logger.child({ component: 'service' });
    if (process.geteuid?.() === 0) logger.warn(RUNS_AS_ROOT);
    const turnsEnded = await this.operation.start();
    if (turnsEnded !== undefined) logger.info({ turnsEnded }, 'ready');
  }
}
