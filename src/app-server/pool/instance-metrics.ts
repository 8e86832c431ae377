import { Counter } from 'prom-client';
import { countFromZero } from '../../common/count-from-zero';

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
