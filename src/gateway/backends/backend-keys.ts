import { Injectable } from '@nestjs/common';
import { Environment } from '../../config/environment';

/** The providers' API keys, looked up when a call is made so that no backend object ever carries one. */
@Injectable()
export class BackendKeys {
  constructor(private readonly environment: Environment) {}

  /** The key of the named variable; `undefined` when it is unset or the backend names none. */
  find(apiKeyEnv: string | null): string | undefined {
    return apiKeyEnv === null ? undefined : this.environment.get(apiKeyEnv);
  }
}
