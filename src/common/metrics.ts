import { Counter, Gauge, Histogram } from 'prom-client';
import { countFromZero } from './count-from-zero';

/** What the service counts and times, in prom-client's default registry; served at `/metrics`. Times are in seconds. */

const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300];

/** Most of why turns fail; the others' series begin with their first turn. */
const FAILURE_CODES = [
  ...['instance_lost', 'turn_idle_timeout', 'turn_limit_reached'],
  ...['upstream_unavailable', 'upstream_error', 'turn_failed'],
];

export const turnsEnded = new Counter({
  name: 'codex_relay_turns_total',
  help: 'Turns that ended, by state and, for those that did not end as the agent or the user wished, code',
  labelNames: ['status', 'code'] as const,
});
countFromZero(turnsEnded, 'status', ['completed', 'interrupted'], { code: '' });
countFromZero(turnsEnded, 'code', FAILURE_CODES, { status: 'failed' });

export const turnSeconds = new Histogram({
  name: 'codex_relay_turn_seconds',
  help: 'From the start of a turn to its end',
  buckets: SECONDS,
});

export const turnWaitSeconds = new Histogram({
  name: 'codex_relay_turn_wait_seconds',
  help: 'From the acceptance of a message to the start of its turn',
  buckets: SECONDS,
});

export const firstDeltaSeconds = new Histogram({
  name: 'codex_relay_first_delta_seconds',
  help: 'From the start of a turn to the first text of its answer',
  buckets: SECONDS,
});

export const queuedTurns = new Gauge({
  name: 'codex_relay_queued_turns',
  help: 'Accepted turns that have not started',
});

export const messagesRefused = new Counter({
  name: 'codex_relay_messages_refused_total',
  help: 'Messages refused because too much waits or is at work, in all (pool_saturated) or in their chat (chat_queue_full), or because the disk is nearly full (storage_low)',
  labelNames: ['code'] as const,
});
countFromZero(messagesRefused, 'code', ['pool_saturated', 'chat_queue_full', 'storage_low']);

export const commitSeconds = new Histogram({
  name: 'codex_relay_commit_seconds',
  help: 'Time of one database transaction, with everything that it wrote',
  buckets: [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5],
});

export const commitWrites = new Histogram({
  name: 'codex_relay_commit_writes',
  help: 'Writes that shared one database transaction',
  buckets: [1, 2, 4, 8, 16, 32, 64, 128, 256],
});

export const commitFailures = new Counter({
  name: 'codex_relay_commit_failures_total',
  help: 'Database transactions that were rolled back',
});

export const commitConflicts = new Counter({
  name: 'codex_relay_commit_conflicts_total',
  help: 'Database transactions that PostgreSQL has aborted because of another one, and that were run again, by SQLSTATE',
  labelNames: ['code'] as const,
});
countFromZero(commitConflicts, 'code', ['40001', '40P01']);

export const eventCommitSeconds = new Histogram({
  name: 'codex_relay_event_commit_seconds',
  help: 'From the numbering of events of a chat to their commit, after which they are published',
  buckets: [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5],
});

export const eventCommitEvents = new Histogram({
  name: 'codex_relay_event_commit_events',
  help: 'Events of a chat that were committed together',
  buckets: [1, 2, 4, 8, 16, 32, 64, 128, 256],
});

export const eventsStored = new Counter({
  name: 'codex_relay_events_total',
  help: 'Events committed to the logs of chats',
});

export const openSockets = new Gauge({
  name: 'codex_relay_sockets',
  help: 'Open Socket.IO connections',
});

export const slowClientsClosed = new Counter({
  name: 'codex_relay_slow_clients_closed_total',
  help: 'Clients of Socket.IO and of streamed answers that were cut off because they did not read',
});

export const openEventStreams = new Gauge({
  name: 'codex_relay_event_streams',
  help: 'Open server-sent event streams',
});

/** What is deleted by age. */
export const RETENTION_KINDS = ['archived_chats', 'events', 'model_calls', 'remains'] as const;

export const retentionDeleted = new Counter({
  name: 'codex_relay_retention_deleted_total',
  help: 'Rows that were deleted because of their age, by kind; of archived chats, the chats themselves',
  labelNames: ['kind'] as const,
});
countFromZero(retentionDeleted, 'kind', RETENTION_KINDS, {});

export const retentionFailures = new Counter({
  name: 'codex_relay_retention_failures_total',
  help: 'Sweeps that could not delete all of a kind that was too old',
  labelNames: ['kind'] as const,
});
countFromZero(retentionFailures, 'kind', RETENTION_KINDS, {});

export const retentionSwept = new Gauge({
  name: 'codex_relay_retention_last_sweep_timestamp_seconds',
  help: 'When the last sweep of what is too old ended, as Unix time; 0 before the first',
});

export const retentionSeconds = new Gauge({
  name: 'codex_relay_retention_last_sweep_seconds',
  help: 'How long the last sweep of what is too old took, with its pauses',
});

export const searchPending = new Gauge({
  name: 'codex_relay_search_pending',
  help: 'Texts that are stored and not in the search index yet: all of them after an upgrade, else those of a second',
});

export const webhookAttempts = new Counter({
  name: 'codex_relay_webhook_attempts_total',
  help: 'Attempts to call a webhook, by what came of them: delivered, retry (another one follows), failed (none does), canceled (it was not to be called any more)',
  labelNames: ['outcome'] as const,
});
countFromZero(webhookAttempts, 'outcome', ['delivered', 'retry', 'failed', 'canceled'], {});

export const webhookSeconds = new Histogram({
  name: 'codex_relay_webhook_seconds',
  help: 'From the call of a webhook to its answer, or to the end of the wait for one',
  buckets: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
});

export const webhooksPending = new Gauge({
  name: 'codex_relay_webhooks_pending',
  help: 'What waits to be sent to webhooks, that between two attempts, too',
});

export const webhookNoticesDropped = new Counter({
  name: 'codex_relay_webhook_notices_dropped_total',
  help: 'What webhooks were not told, because too much waited for them',
});

export const webPushes = new Counter({
  name: 'codex_relay_web_push_total',
  help: 'What browsers were to be told while the page is closed, by what came of it: sent, retry (another attempt follows), failed (none does), gone (the browser takes no more, and was removed), canceled (it was no news any more, or not theirs), dropped (too much waited)',
  labelNames: ['outcome'] as const,
});
countFromZero(webPushes, 'outcome', ['sent', 'retry', 'failed', 'gone', 'canceled', 'dropped'], {});

export const webPushesPending = new Gauge({
  name: 'codex_relay_web_push_pending',
  help: 'What waits to be sent to browsers, that between two attempts, too',
});
