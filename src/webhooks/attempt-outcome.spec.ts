import { outcomeOf } from './attempt-outcome';
import { MAX_ATTEMPTS } from './retry-schedule';

const NOW_MS = Date.parse('2026-11-29T12:00:00.000Z');
const hoursAgo = (hours: number): string => new Date(NOW_MS - hours * 3_600_000).toISOString();
const answered = (status: number | null) => ({
  ...{ status, isTaken: status === 200, durationMs: 5, retryAfterSeconds: 0 },
  error: status === 200 ? null : 'It failed.',
});
const outcome = (
  status: number | null,
  attempts: number,
  since: string | null,
  type: 'turn.completed' | 'webhook.test',
) => outcomeOf(answered(status), { attempts, type }, { failingSince: since }, NOW_MS);

describe('an attempt to call a webhook', () => {
  it('that is taken ends the delivery, and the failing of the webhook', () => {
    expect(outcome(200, 3, hoursAgo(5), 'turn.completed')).toMatchObject({
      ...{ name: 'delivered', delivery: { status: 'delivered', error: null }, webhook: { failingSince: null } },
    });
  });

  it('that fails is followed by another, and marks since when the webhook fails', () => {
    const { name, delivery, webhook } = outcome(500, 1, null, 'turn.completed');
    expect([name, delivery.status, webhook.failingSince]).toEqual(['retry', undefined, hoursAgo(0)]);
    expect(Date.parse(delivery.nextAttemptAt ?? '')).toBeGreaterThan(NOW_MS);
    expect(outcome(null, 1, hoursAgo(2), 'turn.completed').webhook.failingSince).toBe(hoursAgo(2));
  });

  it('that was the last one switches the webhook off where nothing was taken for about a day', () => {
    expect(outcome(500, MAX_ATTEMPTS, hoursAgo(24), 'turn.completed')).toMatchObject({
      ...{ name: 'failed', delivery: { status: 'failed' }, webhook: { disabledReason: 'failing' } },
    });
    const taken = outcome(500, MAX_ATTEMPTS, hoursAgo(1), 'turn.completed');
    expect([taken.name, taken.webhook.disabledReason]).toEqual(['failed', undefined]);
  });

  it('that is answered 410 is the last, and no test switches anything off', () => {
    expect(outcome(410, 1, null, 'turn.completed')).toMatchObject({
      name: 'failed',
      webhook: { disabledReason: 'gone' },
    });
    expect(outcome(410, 1, hoursAgo(30), 'webhook.test')).toMatchObject({ name: 'failed', webhook: {} });
  });
});
