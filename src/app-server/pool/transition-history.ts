import { newId } from '../../common/ids';
import type { Transition } from './instance-lifecycle';

export interface RecordedTransition extends Transition {
  readonly id: string;
  readonly instanceId: string;
  readonly groupId: string;
}

/** Enough for a hundred restarts; an entry is a few hundred bytes. */
const KEPT = 500;

/** The newest changes of state in the whole pool, those of instances that are gone included. */
export class TransitionHistory {
  private entries: RecordedTransition[] = [];

  constructor(private readonly kept = KEPT) {}

  record(groupId: string, instanceId: string, transition: Transition): void {
    this.entries.push({ id: newId(), groupId, instanceId, ...transition });
    if (this.entries.length > this.kept) this.entries.shift();
  }

  /** Newest first. @param instanceId of one instance only */
  newest(instanceId?: string): RecordedTransition[] {
    const wanted = this.entries.filter((entry) => instanceId === undefined || entry.instanceId === instanceId);
    return wanted.reverse();
  }
}
