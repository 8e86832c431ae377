import { Injectable, OnModuleDestroy, OnModuleInit } from '@nestjs/common';
import { AppServerPool } from './app-server/pool/pool';
import { ComponentLogger, Logger } from './common/logger';
import { BackendRegistry } from './gateway/catalog/backend-registry';
import { Runtime } from './runtime/runtime';

/** Gives codex a changed list of model backends: it reads its list of models only at the start of a process. */
@Injectable()
export class CatalogRefresh implements OnModuleInit, OnModuleDestroy {
  private readonly logger: ComponentLogger;
  private unsubscribe: (() => void) | undefined;
  private refreshing: Promise<void> | undefined;
  private written = '';

  constructor(
    private readonly backends: BackendRegistry,
    private readonly runtime: Runtime,
    private readonly pool: AppServerPool,
    logger: Logger,
  ) {
    this.logger = logger.child({ component: 'catalog' });
  }

  /** Writes codex's list of models. @throws ConfigError when the codex binary does not print its own models */
  async onModuleInit(): Promise<void> {
    this.unsubscribe = this.backends.onChange(() => this.changed());
    await this.write();
  }

  onModuleDestroy(): void {
    this.unsubscribe?.();
  }

  /**
   * Writes the list of models for the processes that start from now on. Returns whether it is another than before.
   *
   * @throws ConfigError when the codex binary does not print its own models.
   */
  private async write(): Promise<boolean> {
    const models = this.backends.catalogModels();
    const wanted = JSON.stringify(models);
    if (wanted === this.written) return false;
    await this.runtime.writeCatalog(models);
    this.written = wanted;
    return true;
  }

  private changed(): void {
    this.refreshing = (this.refreshing ?? Promise.resolve())
      .then(() => this.refresh())
      .catch((error: unknown) => this.logger.error({ err: error }, 'codex could not be given the model backends'));
  }

  private async refresh(): Promise<void> {
    if (await this.write()) await this.pool.administration.renew('the model backends have changed');
  }
}
