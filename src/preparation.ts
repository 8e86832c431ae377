import { Injectable } from '@nestjs/common';
import { Authenticator } from './auth/authenticator';
import { Database } from './database/database';
import { StoredKeys } from './gateway/access/stored-keys';
import { BackendRegistry } from './gateway/backends/backend-registry';
import { Runtime } from './runtime/runtime';

/** What must be in place before the service listens. */
@Injectable()
export class Preparation {
  constructor(
    private readonly runtime: Runtime,
    private readonly backends: BackendRegistry,
    private readonly database: Database,
    private readonly authenticator: Authenticator,
    private readonly storedKeys: StoredKeys,
  ) {}

  /** @throws ConfigError in one sentence for a person. */
  async prepare(): Promise<void> {
    await this.runtime.prepare();
    await this.database.open();
    await this.authenticator.prepare();
    await this.storedKeys.load();
    this.backends.load();
    await this.runtime.writeCatalog(this.backends.catalogModels());
  }
}
