import { Injectable } from '@nestjs/common';
import { Authors } from '../access/authors';
import { SERVICE_OWNER } from '../auth/principal';
import { Users } from '../auth/users';
import { User } from '../auth/user';
import { invalid } from '../common/domain.error';
import { Page } from '../database/page';
import { GatewayKeyEntity } from '../gateway/accounts/gateway-key.entity';
import { GatewayKeys } from '../gateway/accounts/gateway-keys';
import { BackendRegistry } from '../gateway/catalog/backend-registry';
import {
  CreatedGatewayKeyDto,
  CreateGatewayKeyDto,
  GatewayKeyDto,
  GatewayKeysQueryDto,
  UpdateGatewayKeyDto,
} from './gateway-key.dto';
import { changeOf, settingsOf, toGatewayKeyDto } from './gateway-key-mapping';

/** The gateway keys in an administrator's terms. */
@Injectable()
export class GatewayKeyAdmin {
  constructor(
    private readonly keys: GatewayKeys,
    private readonly backends: BackendRegistry,
    private readonly users: Users,
    private readonly authors: Authors,
  ) {}

  /** @throws DomainError `unknown_backend`, `unknown_user`, `owner_is_service`, `already_expired`, `too_many_gateway_keys`. */
  async create(user: User, input: CreateGatewayKeyDto): Promise<CreatedGatewayKeyDto> {
    this.requireBackends(input.models);
    const userId = await this.ownerOf(user, input);
    const { secret, key } = await this.keys.create(userId, settingsOf(input));
    return { ...(await this.shown(key)), key: secret };
  }

  async list({ userId, ...request }: GatewayKeysQueryDto): Promise<Page<GatewayKeyDto>> {
    const page = await this.keys.list(request, userId);
    const names = await this.authors.of(page.data.map((key) => key.userId));
    return { ...page, data: page.data.map((key) => toGatewayKeyDto(key, names)) };
  }

  /** @throws DomainError `gateway_key_not_found`. */
  async get(id: string): Promise<GatewayKeyDto> {
    return this.shown(this.keys.get(id));
  }

  /** @throws DomainError `gateway_key_not_found`, `unknown_backend`. */
  async update(id: string, input: UpdateGatewayKeyDto): Promise<GatewayKeyDto> {
    this.requireBackends(input.models);
    return this.shown(await this.keys.update(id, changeOf(input)));
  }

  /** @throws DomainError `gateway_key_not_found`. */
  delete(id: string): Promise<void> {
    return this.keys.delete(id);
  }

  private async ownerOf(user: User, { owner, userId = user.id }: CreateGatewayKeyDto): Promise<string> {
    if (owner === 'service') {
      if (userId === user.id) return SERVICE_OWNER;
      throw invalid('owner_is_service', 'A key of the service is no user’s: leave userId out, or owner.');
    }
    if (userId !== user.id && (await this.users.find(userId)) === null) {
      throw invalid('unknown_user', `There is no user "${userId}".`);
    }
    return userId;
  }

  private async shown(key: GatewayKeyEntity): Promise<GatewayKeyDto> {
    return toGatewayKeyDto(key, await this.authors.of([key.userId]));
  }

  private requireBackends(models: readonly string[] | null | undefined): void {
    for (const entry of models ?? []) {
      const [id = ''] = entry.split('/');
      if (this.backends.find(id)) continue;
      const known = this.backends.list().map((backend) => backend.id);
      throw invalid('unknown_backend', `There is no backend "${id}"; there are: ${known.join(', ')}.`);
    }
  }
}
