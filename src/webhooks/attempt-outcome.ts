import type { CallResult } from '../outbox/bounded-post';
import { retryDelayMs } from '../outbox/retry-delay';
import { DISABLED_AFTER_MS, RETRIES } from './retry-schedule';
import type { WebhookChange } from './delivery-queue';
import { TEST_EVENT, type WebhookDeliveryEntity } from './webhook-delivery.entity';
import type { WebhookEntity } from './webhook.entity';

const GONE = 410;

/** What an attempt changes. */
export interface Outcome {
  readonly name: 'delivered' | 'retry' | 'failed';
  readonly delivery: Partial<WebhookDeliveryEntity>;
  readonly webhook: WebhookChange;
}

/** What is to be stored after a call, and whether another one follows. @param nowMs Unix milliseconds */
export function outcomeOf(
  result: CallResult,
  delivery: Pick<WebhookDeliveryEntity, 'attempts' | 'type'>,
  { failingSince }: Pick<WebhookEntity, 'failingSince'>,
  nowMs: number,
): Outcome {
  const at = new Date(nowMs).toISOString();
  const noted = { responseStatus: result.status, durationMs: result.durationMs, error: result.error };
  if (result.isTaken) {
    const taken = { ...noted, status: 'delivered' as const, endedAt: at };
    return { name: 'delivered', delivery: taken, webhook: { failingSince: null } };
  }
  const isTest = delivery.type === TEST_EVENT;
  const isGone = result.status === GONE && !isTest;
  const delayMs = isGone || isTest ? undefined : retryDelayMs(RETRIES, delivery.attempts, result.retryAfterSeconds);
  const since = failingSince ?? at;
  if (delayMs !== undefined) {
    const later = { ...noted, nextAttemptAt: new Date(nowMs + delayMs).toISOString() };
    return { name: 'retry', delivery: later, webhook: { failingSince: since } };
  }
  const given = { ...noted, status: 'failed' as const, endedAt: at };
  if (isTest) return { name: 'failed', delivery: given, webhook: {} };
  const isLong = nowMs - Date.parse(since) >= DISABLED_AFTER_MS;
  const reason = isGone ? 'gone' : isLong ? 'failing' : undefined;
  return { name: 'failed', delivery: given, webhook: { failingSince: since, disabledReason: reason } };
}
