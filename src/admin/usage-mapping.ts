import type { AuthorDto } from '../access/author.dto';
import { moneyOf } from '../gateway/accounts/call-cost';
import { ModelCallEntity } from '../gateway/accounts/model-call.entity';
import { UsageFigures, UsageRow } from '../gateway/accounts/usage-report';
import { toOwnerDto } from './owner.dto';
import { ModelCallDto, UsageDto, UsageTotalsDto } from './usage.dto';

export function toTotalsDto({ costMicros, ...figures }: UsageFigures): UsageTotalsDto {
  const totalTokens = figures.inputTokens + figures.outputTokens;
  return { ...figures, totalTokens, cost: moneyOf(costMicros) };
}

/** @param names of users, by their ids */
export function toUsageDto({ groups, ...figures }: UsageRow, names: ReadonlyMap<string, AuthorDto>): UsageDto {
  const { day, month, user: userId, backend, model, chat, key } = groups;
  const chatId = chat === '' ? null : chat;
  const keyId = key === '' ? null : key;
  const owner = userId === undefined ? undefined : toOwnerDto(userId, names);
  return { day, month, userId, owner, backend, model, chatId, keyId, ...toTotalsDto(figures) };
}

/** @param names of users, by their ids */
export function toModelCallDto(call: ModelCallEntity, names: ReadonlyMap<string, AuthorDto>): ModelCallDto {
  const { id, at, userId, chatId, keyId, endpoint, backend, fallbackFrom, deployment, model } = call;
  const { inputTokens, outputTokens, firstOutputMs, durationMs, retries, status, errorCode } = call;
  return {
    ...{
      id,
      at,
      userId,
      owner: toOwnerDto(userId, names),
      chatId,
      keyId,
      endpoint,
      backend,
      fallbackFrom,
      deployment,
      model,
    },
    ...{ inputTokens, cachedInputTokens: call.cachedTokens, outputTokens },
    reasoningOutputTokens: call.reasoningTokens,
    cost: call.costMicros === null ? null : moneyOf(call.costMicros),
    ...{ firstOutputMs, durationMs, retries, status, errorCode },
  };
}
