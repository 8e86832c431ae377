import { now } from '../../common/clock';
import { ComponentLogger } from '../../common/logger';
import { instanceTransitions } from './instance-metrics';

/** States of an instance, and where each may lead. */
const TRANSITIONS = {
  stopped: ['starting'],
  starting: ['ready', 'backing-off', 'quarantined', 'stopped'],
  ready: ['draining', 'backing-off', 'quarantined'],
  draining: ['stopped'],
  'backing-off': ['starting', 'stopped'],
  quarantined: ['starting', 'stopped'],
} as const satisfies Record<string, readonly string[]>;

export type InstanceState = keyof typeof TRANSITIONS;

/** A change of state that must not happen; always a fault of this program. */
export class IllegalTransitionError extends Error {
  override readonly name = 'IllegalTransitionError';

  constructor(
    readonly from: InstanceState,
    readonly to: InstanceState,
  ) {
    super(`an instance cannot go from ${from} to ${to}`);
  }
}

/** The state of one instance. Only its supervisor changes it. */
export class InstanceLifecycle {
  private current: InstanceState = 'stopped';
  private changedAt = now();

  constructor(private readonly logger: ComponentLogger) {}

  get state(): InstanceState {
    return this.current;
  }

  /** ISO 8601. */
  get since(): string {
    return this.changedAt;
  }

  /** @throws IllegalTransitionError */
  to(next: InstanceState, reason: string): void {
    const from = this.current;
    const allowed: readonly InstanceState[] = TRANSITIONS[from];
    if (!allowed.includes(next)) throw new IllegalTransitionError(from, next);
    this.current = next;
    this.changedAt = now();
    instanceTransitions.inc({ to: next });
    const level = next === 'quarantined' ? 'error' : next === 'backing-off' ? 'warn' : 'info';
    this.logger[level]({ from, to: next, reason }, `app-server ${next}: ${reason}`);
  }
}
