import type { AuthorDto } from '../access/author.dto';
import { invalid } from '../common/domain.error';
import type { GatewayKeySettings } from '../gateway/accounts/gateway-keys';
import { GatewayKeyEntity } from '../gateway/accounts/gateway-key.entity';
import { microsOf, moneyOf } from '../gateway/accounts/call-cost';
import { CreateGatewayKeyDto, GatewayKeyDto, UpdateGatewayKeyDto } from './gateway-key.dto';
import { toOwnerDto } from './owner.dto';

/** A key as the API returns it. @param names of users, by their ids */
export function toGatewayKeyDto(key: GatewayKeyEntity, names: ReadonlyMap<string, AuthorDto>): GatewayKeyDto {
  const { id, userId, name, last4, models, requestsPerMinute, tokensPerMinute, budgetMicros, budgetPeriod } = key;
  const { enabled, expiresAt, lastUsedAt, createdAt, updatedAt } = key;
  return {
    ...{ id, userId, owner: toOwnerDto(userId, names), name, last4, models, requestsPerMinute, tokensPerMinute },
    budget: budgetMicros === null ? null : { amount: moneyOf(budgetMicros), period: budgetPeriod },
    spent: moneyOf(key.spentMicros),
    ...{ enabled, expiresAt, lastUsedAt, createdAt, updatedAt },
  };
}

/** What a new key is allowed. @throws DomainError `already_expired`. */
export function settingsOf(input: CreateGatewayKeyDto): GatewayKeySettings {
  const expiresAt = timeOf(input.expiresAt);
  if (expiresAt !== null && Date.parse(expiresAt) <= Date.now()) {
    throw invalid('already_expired', `expiresAt ${expiresAt} has passed; a new key needs a time to come.`);
  }
  return {
    name: input.name,
    models: input.models ?? null,
    requestsPerMinute: input.requestsPerMinute ?? null,
    tokensPerMinute: input.tokensPerMinute ?? null,
    budgetMicros: input.budget ? microsOf(input.budget.amount) : null,
    budgetPeriod: input.budget?.period ?? 'total',
    enabled: true,
    expiresAt,
  };
}

/** What is named changes, null takes a limit away, and what is left out stays. */
export function changeOf(input: UpdateGatewayKeyDto): Partial<GatewayKeySettings> {
  const { name, enabled, models, requestsPerMinute, tokensPerMinute, budget, expiresAt } = input;
  const change: Record<keyof GatewayKeySettings, unknown> = {
    ...{ name, enabled, models, requestsPerMinute, tokensPerMinute },
    budgetMicros: budget ? microsOf(budget.amount) : budget,
    budgetPeriod: budget?.period,
    expiresAt: expiresAt === undefined ? undefined : timeOf(expiresAt),
  };
  return Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
}

const timeOf = (text: string | null | undefined): string | null =>
  text === null || text === undefined ? null : new Date(text).toISOString();
