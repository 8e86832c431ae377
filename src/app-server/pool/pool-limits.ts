import { BackoffOptions } from '../../common/backoff';
import { WatchdogLimits } from './watchdog';

/** Numbers of the pool that an operator has no reason to change. */
export interface PoolLimits {
  /** Deadline of the first request to a new process; starting takes 105 to 250 ms. */
  readonly initializeTimeoutMs: number;
  /** Delay before a crashed instance starts again, from its second crash within the window on. */
  readonly restartBackoff: BackoffOptions;
  /** So many crashes within the window put the instance into quarantine. */
  readonly maxCrashes: number;
  readonly crashWindowMs: number;
  readonly quarantineMs: number;
  /** The same for the last of a group that serves: its turns have nowhere else to go. */
  readonly lastQuarantineMs: number;
  /** Time that other turns of an instance get to end when it is recycled because one of its turns hangs. */
  readonly recycleGraceMs: number;
  /** The same when nothing is wrong with it: longer than a person may take to answer an approval. */
  readonly drainGraceMs: number;
  /** Of that, the time in which nothing else is replaced; then its place is filled, and it ends beside the others. */
  readonly drainSoftTimeoutMs: number;
  /** From SIGTERM to SIGKILL; codex ends within 50 ms. */
  readonly stopGraceMs: number;
  /** Threads that stay loaded in one instance; each costs about 1 MB and 2.5 file descriptors. */
  readonly maxIdleThreads: number;
  /** A thread that was not used for so long is unloaded. */
  readonly threadIdleMs: number;
  /** When a process that says nothing is asked for a sign of life, and when it counts as lost. */
  readonly silence: WatchdogLimits;
  /** Processes that start at once, over all groups; within a group it is one. */
  readonly startsAtOnce: number;
}

export const POOL_LIMITS: PoolLimits = {
  initializeTimeoutMs: 10_000,
  restartBackoff: { initialMs: 200, maximumMs: 15_000 },
  maxCrashes: 5,
  crashWindowMs: 180_000,
  quarantineMs: 300_000,
  lastQuarantineMs: 15_000,
  recycleGraceMs: 10_000,
  drainGraceMs: 7_200_000,
  drainSoftTimeoutMs: 30_000,
  stopGraceMs: 2_000,
  maxIdleThreads: 50,
  threadIdleMs: 900_000,
  silence: { probeAfterMs: 4_000, idleProbeAfterMs: 30_000, probeTimeoutMs: 8_000 },
  startsAtOnce: 4,
};
