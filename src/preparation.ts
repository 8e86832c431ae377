import { Injectable } from '@nestjs/common';
import { Authenticator } from './auth/authenticator';
import { CatalogRefresh } from './catalog-refresh';
import { Logger } from './common/logger';
import { Database } from './database/database';
import { StoredKeys } from './gateway/accounts/stored-keys';
import { Runtime } from './runtime/runtime';

/** What must be in place before the service listens. */
@Injectable()
export class Preparation {
  constructor(
    private readonly runtime: Runtime,
    private readonly database: Database,
    private readonly authenticator: Authenticator,
    private readonly storedKeys: StoredKeys,
    private readonly catalog: CatalogRefresh,
    private readonly logger: Logger,
  ) {}

  /** @throws ConfigError in one sentence for a person. */
  async prepare(): Promise<void> {
    const logger = this.logger.child({ component: 'runtime' });
    for (const sentence of await this.runtime.prepare()) logger.warn(sentence);
    await this.database.open();
    await this.authenticator.prepare();
    await this.storedKeys.load();
    await this.catalog.prepare();
  }
}
