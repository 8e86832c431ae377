import type { EffectiveLimits } from '../access/limits/limit-settings';
import type { RaisedCounter } from '../access/limits/usage-counters';
import type { ChatEvent } from '../chat/event-log/chat-event';
import type { RaisedSpending } from '../gateway/accounts/key-spending';
import type { WebhookEvent } from './webhook.entity';

/** Something that webhooks are told of, before it is known which. */
export interface Notice {
  readonly type: WebhookEvent;
  readonly data: Readonly<Record<string, unknown>>;
}

/** What there is to tell of an event of a chat; undefined: nothing. Nothing that people or agents have written is in it. */
export function noticeOfEvent(event: ChatEvent): Notice | undefined {
  const { chatId, seq, turnId } = event;
  if (event.type === 'turn.completed') {
    const { status, usage, error, turn } = event.data;
    const { kind, mode, createdAt, startedAt, endedAt } = turn;
    const failure = error === null ? null : { code: error.code };
    const times = { createdAt, startedAt, endedAt };
    return { type: event.type, data: { chatId, turnId, seq, status, kind, mode, error: failure, usage, ...times } };
  }
  // What a rule has answered already waits for nobody.
  if (event.type === 'approval.requested' && event.data.approval.status === 'pending') {
    const { id, itemId, kind, createdAt, expiresAt } = event.data.approval;
    return { type: event.type, data: { chatId, turnId, seq, approvalId: id, itemId, kind, createdAt, expiresAt } };
  }
  return undefined;
}

/** The limits of a user or project that were not reached before these calls were counted, and are now. */
export function noticesOfCounter(raised: RaisedCounter, limits: EffectiveLimits): Notice[] {
  const isDay = raised.period.length === '2026-11-29'.length;
  const [tokens, cost] = isDay
    ? (['tokens_per_day', 'cost_per_day'] as const)
    : (['tokens_per_month', 'cost_per_month'] as const);
  const { kind, ownerId, period, more } = raised;
  return [
    { limit: tokens, used: raised.tokens, before: raised.tokens - more.tokens },
    { limit: cost, used: raised.costMicros, before: raised.costMicros - more.costMicros },
  ].flatMap(({ limit, used, before }) => {
    const maximum = limits[limit];
    if (maximum === 0 || before >= maximum || used < maximum) return [];
    const whose = kind === 'user' ? { userId: ownerId } : { projectId: ownerId };
    return [{ type: 'budget.reached' as const, data: { scope: kind, ...whose, limit, period, maximum, used } }];
  });
}

/** The same of the budget of a gateway key; undefined: it has none, or it was or is not reached. */
export function noticeOfKey(raised: RaisedSpending): Notice | undefined {
  const { keyId, periodStart, spentMicros: used, moreMicros, budgetMicros: maximum } = raised;
  if (maximum === null || used - moreMicros >= maximum || used < maximum) return undefined;
  const period = periodStart || null;
  return { type: 'budget.reached', data: { scope: 'gateway_key', keyId, limit: 'key_budget', period, maximum, used } };
}
