import { Injectable } from '@nestjs/common';
import { now } from '../../common/clock';
import { conflict, notFound } from '../../common/domain.error';
import { newId } from '../../common/ids';
import { Database } from '../../database/database';
import { Page, PageRequest, readNewest } from '../../database/page';
import { insert, update } from '../../database/rows';
import { hashOfSecret } from '../../auth/secret';
import { newGatewayKey } from './gateway-key-secret';
import { BudgetPeriod, GatewayKeyEntity } from './gateway-key.entity';
import { KeyAccounts } from './key-accounts';
import { periodStartOf } from './key-budget';

/** All keys are kept in memory. */
const MAX_KEYS = 10_000;

/** What an administrator decides about a key. */
export interface GatewayKeySettings {
  readonly name: string;
  readonly models: string[] | null;
  readonly requestsPerMinute: number | null;
  readonly tokensPerMinute: number | null;
  readonly budgetMicros: number | null;
  readonly budgetPeriod: BudgetPeriod;
  readonly enabled: boolean;
  /** ISO 8601 UTC. */
  readonly expiresAt: string | null;
}

/** The keys of clients from outside: made, listed, changed, deleted. */
@Injectable()
export class GatewayKeys {
  constructor(
    private readonly database: Database,
    private readonly accounts: KeyAccounts,
  ) {}

  /** Takes every key into memory. Called once at boot. */
  async load(): Promise<void> {
    const rows = await this.database.read.find(GatewayKeyEntity);
    for (const row of rows) this.accounts.put(row);
  }

  /**
   * Makes a key; it is shown here and never again.
   *
   * @throws DomainError `too_many_gateway_keys`.
   */
  async create(userId: string, settings: GatewayKeySettings): Promise<{ secret: string; key: GatewayKeyEntity }> {
    if (this.accounts.size >= MAX_KEYS) {
      throw conflict('too_many_gateway_keys', `There can be ${MAX_KEYS} keys; delete one that is no longer used.`);
    }
    const secret = newGatewayKey();
    const at = now();
    const key: GatewayKeyEntity = {
      ...{ id: newId(), userId, keyHash: hashOfSecret(secret), last4: secret.slice(-4), ...settings },
      ...{ spentMicros: 0, periodStart: periodStartOf(settings.budgetPeriod, new Date(at)) },
      ...{ lastUsedAt: null, createdAt: at, updatedAt: at },
    };
    await this.database.write(insert(GatewayKeyEntity, key));
    this.accounts.put(key);
    return { secret, key };
  }

  /** Newest first, with what each has spent until now. @param userId whose; left out: all */
  async list(request: PageRequest, userId?: string): Promise<Page<GatewayKeyEntity>> {
    const query = this.database.read.createQueryBuilder(GatewayKeyEntity, 'key');
    if (userId !== undefined) query.where('key.userId = :userId', { userId });
    const page = await readNewest(query, request);
    return { ...page, data: page.data.map((row) => this.accounts.withId(row.id)?.key ?? row) };
  }

  /** @throws DomainError `gateway_key_not_found`. */
  get(id: string): GatewayKeyEntity {
    const account = this.accounts.withId(id);
    if (account === undefined) throw notFound('gateway key', id);
    return account.key;
  }

  /** Takes effect with the next request. @throws DomainError `gateway_key_not_found`. */
  async update(id: string, change: Partial<GatewayKeySettings>): Promise<GatewayKeyEntity> {
    this.get(id);
    const fields = { ...change, updatedAt: now() };
    const affected = await this.database.write(update(GatewayKeyEntity, { id }, fields));
    if (affected === 0) throw notFound('gateway key', id);
    return this.accounts.put({ ...this.get(id), ...fields }).key;
  }

  /** The key is refused from now on; its calls stay in the usage. @throws DomainError `gateway_key_not_found`. */
  async delete(id: string): Promise<void> {
    const key = this.get(id);
    await this.database.write((tx) => tx.delete(GatewayKeyEntity, { id }));
    this.accounts.remove(key);
  }
}
