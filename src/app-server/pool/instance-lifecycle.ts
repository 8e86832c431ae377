import { now } from '../../common/clock';
import { countFromZero } from '../../common/count-from-zero';
import { ComponentLogger } from '../../common/logger';
import { instanceTransitions } from './pool-metrics';

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

export const INSTANCE_STATES = Object.keys(TRANSITIONS) as InstanceState[];
countFromZero(instanceTransitions, 'to', INSTANCE_STATES);

/** A change of state, as it happened to an instance. */
export interface Transition {
  readonly from: InstanceState;
  readonly to: InstanceState;
  readonly reason: string;
  /** ISO 8601. */
  readonly at: string;
}

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
  private changedBecause = 'not started yet';

  /** @param onChange called after each change. Must not throw. */
  constructor(
    private readonly logger: ComponentLogger,
    private readonly onChange: (change: Transition) => void = () => undefined,
  ) {}

  get state(): InstanceState {
    return this.current;
  }

  /** ISO 8601. */
  get since(): string {
    return this.changedAt;
  }

  /** Why it came into this state. */
  get reason(): string {
    return this.changedBecause;
  }

  /** @throws IllegalTransitionError */
  to(next: InstanceState, reason: string): void {
    const from = this.current;
    const allowed: readonly InstanceState[] = TRANSITIONS[from];
    if (!allowed.includes(next)) throw new IllegalTransitionError(from, next);
    this.current = next;
    this.changedAt = now();
    this.changedBecause = reason;
    instanceTransitions.inc({ to: next });
    const level = next === 'quarantined' ? 'error' : next === 'backing-off' ? 'warn' : 'info';
    this.logger[level]({ from, to: next, reason }, `app-server ${next}: ${reason}`);
    this.onChange({ from, to: next, reason, at: this.changedAt });
  }
}
