import { Injectable } from '@nestjs/common';
import { Authenticator } from './auth/authenticator';
import { CatalogRefresh } from './catalog-refresh';
import { Database } from './database/database';
import { StoredKeys } from './gateway/access/stored-keys';
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
  ) {}

  /** @throws ConfigError in one sentence for a person. */
  async prepare(): Promise<void> {
    await this.runtime.prepare();
    await this.database.open();
    await this.authenticator.prepare();
    await this.storedKeys.load();
    await this.catalog.prepare();
  }
}
