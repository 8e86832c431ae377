import { Injectable } from '@nestjs/common';
import { UserEntity } from '../auth/user.entity';
import { User } from '../auth/user';
import { invalid } from '../common/domain.error';
import { Database } from '../database/database';
import { Page, PageRequest } from '../database/page';
import { GatewayKeys } from '../gateway/accounts/gateway-keys';
import { BackendRegistry } from '../gateway/catalog/backend-registry';
import { CreatedGatewayKeyDto, CreateGatewayKeyDto, GatewayKeyDto, UpdateGatewayKeyDto } from './gateway-key.dto';
import { changeOf, settingsOf, toGatewayKeyDto } from './gateway-key-mapping';

/** The gateway keys in an administrator's terms. */
@Injectable()
export class GatewayKeyAdmin {
  constructor(
    private readonly keys: GatewayKeys,
    private readonly backends: BackendRegistry,
    private readonly database: Database,
  ) {}

  /** @throws DomainError `unknown_backend`, `unknown_user`, `already_expired`, `too_many_gateway_keys`. */
  async create(user: User, input: CreateGatewayKeyDto): Promise<CreatedGatewayKeyDto> {
    const userId = input.userId ?? user.id;
    this.requireBackends(input.models);
    const isKnown = userId === user.id || (await this.database.read.existsBy(UserEntity, { id: userId }));
    if (!isKnown) throw invalid('unknown_user', `There is no user "${userId}".`);
    const { secret, key } = await this.keys.create(userId, settingsOf(input));
    return { ...toGatewayKeyDto(key), key: secret };
  }

  async list(request: PageRequest): Promise<Page<GatewayKeyDto>> {
    const page = await this.keys.list(request);
    return { ...page, data: page.data.map(toGatewayKeyDto) };
  }

  /** @throws DomainError `gateway_key_not_found`. */
  get(id: string): GatewayKeyDto {
    return toGatewayKeyDto(this.keys.get(id));
  }

  /** @throws DomainError `gateway_key_not_found`, `unknown_backend`. */
  async update(id: string, input: UpdateGatewayKeyDto): Promise<GatewayKeyDto> {
    this.requireBackends(input.models);
    return toGatewayKeyDto(await this.keys.update(id, changeOf(input)));
  }

  /** @throws DomainError `gateway_key_not_found`. */
  delete(id: string): Promise<void> {
    return this.keys.delete(id);
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
