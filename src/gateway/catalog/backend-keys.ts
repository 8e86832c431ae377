import { Injectable } from '@nestjs/common';
import { Environment } from '../../config/environment';
import { ProviderKeys } from './provider-keys';

/** The providers' API keys, looked up when a call is made so that no backend object ever carries one. */
@Injectable()
export class BackendKeys {
  constructor(
    private readonly environment: Environment,
    private readonly stored?: ProviderKeys,
  ) {}

  /**
   * The key that was stored for the deployment, else that of the named variable; `undefined` when there is neither.
   *
   * @param deploymentId the backend's own id for its first deployment.
   */
  find(apiKeyEnv: string | null, deploymentId?: string): string | undefined {
    const stored = deploymentId === undefined ? undefined : this.stored?.find(deploymentId);
    return stored ?? (apiKeyEnv === null ? undefined : this.environment.get(apiKeyEnv));
  }
}
