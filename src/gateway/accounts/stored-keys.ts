import { Injectable } from '@nestjs/common';
import { ProviderKeys } from '../catalog/backend-keys';
import { GatewayKeys } from './gateway-keys';

/** The keys that lie in the database, taken into memory before the first call. */
@Injectable()
export class StoredKeys {
  constructor(
    private readonly providerKeys: ProviderKeys,
    private readonly gatewayKeys: GatewayKeys,
  ) {}

  /** Needs the open database; what reads the backends' keys must come after it. */
  async load(): Promise<void> {
    await this.providerKeys.load();
    await this.gatewayKeys.load();
  }
}
