import { Counter, Histogram } from 'prom-client';
import { countFromZero } from '../../common/count-from-zero';

export const slotWaitSeconds = new Histogram({
  name: 'codex_relay_pool_wait_seconds',
  help: 'From the request of a turn for a slot in an app-server to the slot',
  buckets: [0.001, 0.005, 0.025, 0.1, 0.5, 1, 5, 15, 60, 300],
});

const REFUSALS = ['saturated', 'timeout'] as const;

export const slotsRefused = new Counter({
  name: 'codex_relay_pool_refusals_total',
  help: 'Turns that got no slot in an app-server: too many waited (saturated), or it took too long (timeout)',
  labelNames: ['reason'] as const,
});
countFromZero(slotsRefused, 'reason', REFUSALS);

export const instanceTransitions = new Counter({
  name: 'codex_relay_instance_transitions_total',
  help: 'Changes of state of app-servers, by the state they came to',
  labelNames: ['to'] as const,
});

/** Why a process was started that is not the first of its instance. */
const RESTART_CAUSES = ['crash', 'silence', 'hung_turn', 'recycle', 'admin', 'quarantine_over'] as const;
export type RestartCause = (typeof RESTART_CAUSES)[number];

export const instanceRestarts = new Counter({
  name: 'codex_relay_instance_restarts_total',
  help: 'Starts of app-servers after the first, by cause',
  labelNames: ['cause'] as const,
});
countFromZero(instanceRestarts, 'cause', RESTART_CAUSES);
