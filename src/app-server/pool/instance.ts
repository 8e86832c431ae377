import { ComponentLogger } from '../../common/logger';
import { Connection } from './connection';
import { InstanceLifecycle, InstanceState, Transition } from './instance-lifecycle';
import { Candidate } from './selection-strategy';

/** What an operator sees of an instance. */
export interface InstanceStatus {
  readonly id: string;
  /** Null while no process runs. */
  readonly pid: number | null;
  readonly state: InstanceState;
  /** ISO 8601: when it came into this state. */
  readonly since: string;
  /** Why it came into this state. */
  readonly reason: string;
  /** ISO 8601: when it is started again by itself, after a crash or in quarantine; otherwise null. */
  readonly retryAt: string | null;
  readonly turns: number;
  readonly threads: number;
  /** Requests of ours that it has not answered. */
  readonly requestsInFlight: number;
  /** Starts after the first. */
  readonly restarts: number;
  readonly lastExit: string | null;
}

/** One position of the pool: it keeps its id over every process that fills it. */
export class Instance implements Candidate {
  readonly lifecycle: InstanceLifecycle;
  /** Null while no process runs. Set by the supervisor. */
  connection: Connection | null = null;
  starts = 0;
  /** ISO 8601: when its supervisor starts it again; null when it does not. */
  retryAt: string | null = null;
  lastExit: string | null = null;

  constructor(
    readonly id: string,
    private readonly maxTurns: number,
    readonly logger: ComponentLogger,
    onTransition: (transition: Transition) => void,
  ) {
    this.lifecycle = new InstanceLifecycle(logger, onTransition);
  }

  get turns(): number {
    return this.connection?.turns ?? 0;
  }

  get threads(): number {
    return this.connection?.threads.size ?? 0;
  }

  /** False from the very moment that its process ends or is killed, a little before its state says so. */
  get isReady(): boolean {
    return this.lifecycle.state === 'ready' && this.connection?.isLost === false;
  }

  /** It may take another turn. */
  get hasRoom(): boolean {
    return this.isReady && this.turns < this.maxTurns;
  }

  /** Its process runs and has the thread loaded. */
  holds(threadId: string): boolean {
    return this.connection?.isLost === false && this.connection.threads.has(threadId);
  }

  status(): InstanceStatus {
    return {
      id: this.id,
      pid: this.connection?.process.pid ?? null,
      state: this.lifecycle.state,
      since: this.lifecycle.since,
      reason: this.lifecycle.reason,
      retryAt: this.retryAt,
      turns: this.turns,
      threads: this.threads,
      requestsInFlight: this.connection?.process.client.inFlight ?? 0,
      restarts: Math.max(0, this.starts - 1),
      lastExit: this.lastExit,
    };
  }
}
