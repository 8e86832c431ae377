import { Counter } from 'prom-client';

export const instanceTransitions = new Counter({
  name: 'codex_relay_instance_transitions_total',
  help: 'Changes of state of app-servers, by the state they came to',
  labelNames: ['to'] as const,
});

/** Why a process was started that is not the first of its instance. */
export type RestartCause = 'crash' | 'silence' | 'hung_turn' | 'recycle' | 'admin' | 'quarantine_over';

export const instanceRestarts = new Counter({
  name: 'codex_relay_instance_restarts_total',
  help: 'Starts of app-servers after the first, by cause',
  labelNames: ['cause'] as const,
});
