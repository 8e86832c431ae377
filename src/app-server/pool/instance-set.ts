import { setTimeout as sleep } from 'node:timers/promises';
import { ComponentLogger } from '../../common/logger';
import { Connection } from './connection';
import { Instance } from './instance';
import type { Transition } from './instance-lifecycle';
import { instanceRestarts, RestartCause } from './pool-metrics';
import { InstanceSupervisor, SupervisorContext } from './instance-supervisor';

export interface InstanceSetOptions {
  readonly size: number;
  readonly maxTurns: number;
  readonly supervision: SupervisorContext;
  /** A new id, unique in the pool. */
  readonly nextId: () => string;
  /** Called at each change of state of an instance. */
  readonly onTransition: (instanceId: string, transition: Transition) => void;
  readonly logger: ComponentLogger;
}

/** The instances of one group: as many as it should have, besides those that leave or stand in for others. */
export class InstanceSet {
  private members: InstanceSupervisor[] = [];
  private size: number;
  private isRecycling = false;
  private isEnding = false;
  /** Resolves at the next change of a state, or of who is being replaced. */
  private nextChange = Promise.withResolvers<void>();

  constructor(private readonly options: InstanceSetOptions) {
    this.size = options.size;
    for (let count = 0; count < this.size; count += 1) this.add();
  }

  get all(): Instance[] {
    return this.members.map(({ instance }) => instance);
  }

  find(instanceId: string): InstanceSupervisor | undefined {
    return this.members.find(({ instance }) => instance.id === instanceId);
  }

  supervisorOf(connection: Connection): InstanceSupervisor | undefined {
    return this.members.find(({ instance }) => instance.connection === connection);
  }

  holderOf(threadId: string): Instance | undefined {
    return this.all.find((instance) => instance.holds(threadId));
  }

  /** Resolves when each was tried. */
  async start(reason: string): Promise<void> {
    await Promise.all(this.members.map((member) => member.start(reason)));
  }

  /** Ends all of them, for good. */
  async stop(reason: string, graceMs: number): Promise<void> {
    this.isEnding = true;
    const stopped = Promise.all(this.members.map((member) => member.stop(reason, graceMs)));
    this.onChange();
    await stopped;
  }

  /**
   * Starts what is missing, and lets what is too much end when its turns have: those that do not run first, then the
   * newest. Not waited for. Without effect once all are to end: one that is being replaced then has no successor.
   */
  resize(size: number, reason: string): void {
    if (this.isEnding) return;
    this.size = size;
    const staying = this.members.filter(({ isLeaving }) => !isLeaving);
    for (let missing = size - staying.length; missing > 0; missing -= 1) {
      const member = this.add();
      this.inBackground(member.start(reason), member);
    }
    const byUse = staying.toSorted((a, b) => Number(a.canRestart) - Number(b.canRestart));
    const leaving = byUse.slice(size).reverse();
    for (const member of leaving) this.inBackground(this.remove(member, reason), member);
  }

  /**
   * Replaces an instance without a turn lost; false when another is being replaced. Where the others have no room, a new
   * one is ready before the old one takes no more turns. Resolves when the next one may be replaced: one whose turns take
   * long ends beside the others, and its place is filled before.
   */
  async recycle(member: InstanceSupervisor, reason: string, cause: RestartCause): Promise<boolean> {
    if (this.isRecycling || !member.instance.isReady || member.isLeaving || this.leaving >= this.size) return false;
    this.isRecycling = true;
    try {
      const others = this.all.filter((instance) => instance !== member.instance);
      if (others.some(({ hasRoom }) => hasRoom)) await this.recycleInPlace(member, reason, cause);
      else await this.relieve(member, reason, cause);
    } finally {
      this.isRecycling = false;
      this.onChange();
    }
    return true;
  }

  /** The same, after those that are being replaced now. Resolves at once when the instance does not run (any more). */
  async recycleInTurn(member: InstanceSupervisor, reason: string, cause: RestartCause): Promise<void> {
    for (;;) {
      // Taken before the attempt, so that what changes during it is not missed.
      const { promise: changed } = this.nextChange;
      if (!member.instance.isReady || member.isLeaving || (await this.recycle(member, reason, cause))) return;
      await changed;
    }
  }

  /** Replaces all instances that run or start now, one after another, so that they start with today's settings. */
  async renew(reason: string): Promise<void> {
    for (const member of [...this.members]) {
      while (member.instance.lifecycle.state === 'starting' && !member.isLeaving) await this.nextChange.promise;
      await this.recycleInTurn(member, reason, 'admin');
    }
  }

  private get leaving(): number {
    return this.members.filter(({ isLeaving }) => isLeaving).length;
  }

  private async recycleInPlace(member: InstanceSupervisor, reason: string, cause: RestartCause): Promise<void> {
    const recycled = member.recycle(reason, cause);
    const timeout = new AbortController();
    const isTooLong = sleep(this.options.supervision.limits.drainSoftTimeoutMs, undefined, timeout).catch(
      () => undefined,
    );
    await Promise.race([recycled, isTooLong]).finally(() => timeout.abort());
    if (member.instance.lifecycle.state !== 'draining') return recycled;
    this.inBackground(recycled, member);
    this.inBackground(this.remove(member, reason), member);
    instanceRestarts.inc({ cause });
    this.resize(this.size, inPlaceOf(member, reason));
  }

  private async relieve(member: InstanceSupervisor, reason: string, cause: RestartCause): Promise<void> {
    const successor = this.add();
    member.instance.logger.info({ reason, successor: successor.instance.id }, 'a successor is started first');
    instanceRestarts.inc({ cause });
    await successor.start(inPlaceOf(member, reason));
    // It may crash at its start like any other, and is then started again until that is too often.
    while (successor.serves && !successor.instance.isReady) await this.nextChange.promise;
    const leaving = successor.instance.isReady ? member : successor;
    this.inBackground(this.remove(leaving, reason), leaving);
    this.resize(this.size, reason);
  }

  private add(): InstanceSupervisor {
    const { nextId, maxTurns, logger, supervision, onTransition } = this.options;
    const id = nextId();
    const instance = new Instance(id, maxTurns, logger.child({ instance: id }), (transition) => {
      onTransition(id, transition);
      this.onChange();
    });
    const isLast = (): boolean => !this.members.some((other) => other.instance !== instance && other.serves);
    const member = new InstanceSupervisor(instance, supervision, isLast);
    this.members.push(member);
    return member;
  }

  private async remove(member: InstanceSupervisor, reason: string): Promise<void> {
    const stopped = member.stop(reason, this.options.supervision.limits.drainGraceMs);
    this.onChange();
    await stopped;
    this.members = this.members.filter((other) => other !== member);
    this.onChange();
  }

  private onChange(): void {
    const { resolve } = this.nextChange;
    this.nextChange = Promise.withResolvers();
    resolve();
  }

  private inBackground(work: Promise<unknown>, { instance }: InstanceSupervisor): void {
    work.catch((error: unknown) => instance.logger.error({ err: error }, 'the pool could not be resized'));
  }
}

/** Why another one starts. */
const inPlaceOf = ({ instance }: InstanceSupervisor, reason: string): string =>
  `in the place of ${instance.id}: ${reason}`;
