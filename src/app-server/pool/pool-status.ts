import { GroupKey } from '../../runtime/group-key';
import { InstanceStatus } from './instance';
import { InstanceHoldings } from './recycling';

export interface GroupStatus {
  /** `shared`, `user:<id>` or `session:<user>/<chat>`. */
  readonly id: string;
  readonly key: GroupKey;
  /** Turns that wait for a slot. */
  readonly waiting: number;
  /** ISO 8601: when its last turn, or another question to it, began or ended. */
  readonly lastUsedAt: string;
  readonly instances: InstanceStatus[];
}

export interface PoolStatus {
  /** Those of all groups. */
  readonly instances: InstanceStatus[];
  /** Turns that wait for a slot: those of all groups, and those that wait for a group. */
  readonly waiting: number;
  readonly groups: GroupStatus[];
}

/** What the instances hold, by instance id. */
export type PoolUsage = ReadonlyMap<string, InstanceHoldings>;

/** A thread that an instance has loaded. */
export interface ThreadStatus {
  readonly threadId: string;
  readonly instanceId: string;
  readonly groupId: string;
  /** A turn of it runs or is about to. */
  readonly leased: boolean;
}
