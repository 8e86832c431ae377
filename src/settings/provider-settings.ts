import { Injectable } from '@nestjs/common';
import { User } from '../auth/user';
import { conflict, notFound } from '../common/domain.error';
import { Backend, DeploymentSettings } from '../gateway/catalog/backend';
import { BackendKeys, last4Of, ProviderKeys } from '../gateway/catalog/backend-keys';
import { BackendRegistry } from '../gateway/catalog/backend-registry';
import { ProviderKeyDto } from './provider-key.dto';

/** The providers' keys as an administrator sees and sets them. */
@Injectable()
export class ProviderSettings {
  constructor(
    private readonly registry: BackendRegistry,
    private readonly stored: ProviderKeys,
    private readonly keys: BackendKeys,
  ) {}

  /** Of every deployment that takes a key. */
  list(): ProviderKeyDto[] {
    return this.all()
      .filter(takesKey)
      .map(({ id }) => this.view(id));
  }

  /** @throws DomainError `provider_not_found`. */
  view(id: string): ProviderKeyDto {
    const { apiKeyEnv: variable } = this.deployment(id);
    const facts = this.stored.facts(id);
    const isReadable = facts?.isReadable ?? true;
    if (facts !== undefined && isReadable) {
      return { id, source: 'stored', last4: facts.last4, setAt: facts.setAt, variable, isReadable };
    }
    const key = this.keys.find(variable, id);
    const source = key === undefined ? 'none' : 'environment';
    return { id, source, last4: last4Of(key ?? ''), setAt: facts?.setAt ?? null, variable, isReadable };
  }

  /** @throws DomainError `provider_not_found`, `provider_takes_no_key`, `encryption_key_missing`. */
  async set(user: User, id: string, key: string): Promise<ProviderKeyDto> {
    if (!takesKey(this.deployment(id))) {
      throw conflict('provider_takes_no_key', `The provider of "${id}" needs no key.`);
    }
    await this.stored.set(id, user.id, key);
    return this.view(id);
  }

  /** From here on the variable counts again. @throws DomainError `provider_not_found`, `provider_key_not_found`. */
  async delete(id: string): Promise<void> {
    const wasThere = await this.stored.delete(id);
    if (wasThere) return;
    this.deployment(id);
    throw notFound('provider key', id);
  }

  private deployment(id: string): DeploymentSettings {
    const found = this.all().find((deployment) => deployment.id === id);
    if (found === undefined) throw notFound('provider', id);
    return found;
  }

  private all(): DeploymentSettings[] {
    return this.registry.list().flatMap((backend: Backend) => backend.deployments);
  }
}

const takesKey = ({ baseUrl, apiKeyEnv }: DeploymentSettings): boolean => baseUrl !== null || apiKeyEnv !== null;
