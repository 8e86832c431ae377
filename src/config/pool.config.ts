import { IsIn, IsInt, IsString, Max, Min } from 'class-validator';
import { availableParallelism } from 'node:os';
import { confines, SANDBOX_MODES, type SandboxMode } from './agent-policy';
import { asLowerCase, asNumber, Env } from './env.decorator';

export const SELECTION_STRATEGIES = ['round_robin', 'least_busy'] as const;
export type SelectionStrategyName = (typeof SELECTION_STRATEGIES)[number];

export const ISOLATIONS = ['shared', 'user', 'session'] as const;
export type Isolation = (typeof ISOLATIONS)[number];

/** The pool of `codex app-server` processes. */
export class PoolConfig {
  /**
   * Processes in the pool; by default one for each processor core, which runs the most turns, but two at least, so that
   * chats go on while one is replaced, and eight at most.
   */
  @Env('CODEX_POOL_SIZE', asNumber)
  @IsInt()
  @Min(1)
  @Max(64)
  size = Math.min(Math.max(availableParallelism(), 2), 8);

  /** Which instance a thread without an instance gets. */
  @Env('CODEX_SELECTION_STRATEGY', asLowerCase)
  @IsIn(SELECTION_STRATEGIES)
  selectionStrategy: SelectionStrategyName = 'round_robin';

  /** Turns that one instance runs at once; more wait. */
  @Env('CODEX_MAX_TURNS_PER_INSTANCE', asNumber)
  @IsInt()
  @Min(1)
  @Max(100)
  maxTurnsPerInstance = 20;

  /**
   * Accepted turns that may wait, over all chats; a message beyond it is refused with 503 `pool_saturated`, unless its
   * user holds less than an equal share of the queue.
   */
  @Env('CODEX_TURN_QUEUE_SIZE', asNumber)
  @IsInt()
  @Min(1)
  @Max(100_000)
  turnQueueSize = 1000;

  /**
   * Longest wait of a caller for a turn to start, in seconds: `?wait=true` is answered 503 `pool_saturated` then. The
   * message stays queued and is answered as soon as there is room.
   */
  @Env('CODEX_QUEUE_TIMEOUT_SECONDS', asNumber)
  @IsInt()
  @Min(1)
  @Max(86_400)
  queueTimeoutSeconds = 300;

  /** Deadline in seconds of one request to an app-server. */
  @Env('CODEX_REQUEST_TIMEOUT_SECONDS', asNumber)
  @IsInt()
  @Min(1)
  @Max(600)
  requestTimeoutSeconds = 30;

  /** A turn silent for so many seconds is interrupted; waiting for a person's approval is not silence. */
  @Env('CODEX_TURN_IDLE_TIMEOUT_SECONDS', asNumber)
  @IsInt()
  @Min(1)
  @Max(86_400)
  turnIdleTimeoutSeconds = 120;

  /** The same while a command or a tool of the agent runs, which may say nothing for long: a build, say. */
  @Env('CODEX_TOOL_IDLE_TIMEOUT_SECONDS', asNumber)
  @IsInt()
  @Min(1)
  @Max(86_400)
  toolIdleTimeoutSeconds = 1800;

  /** Who shares processes and CODEX_HOME: everybody, the chats of a user, or nobody (a process per chat). */
  @Env('CODEX_ISOLATION', asLowerCase)
  @IsIn(ISOLATIONS)
  isolation: Isolation = 'shared';

  /** The most that a chat's agent may touch, whatever its user chooses or approves. */
  @Env('CODEX_SANDBOX_MODE_MAX', asLowerCase)
  @IsIn(SANDBOX_MODES)
  sandboxModeMax: SandboxMode = 'danger-full-access';

  /** Whether nothing that an agent does may leave its sandbox. */
  get isConfined(): boolean {
    return confines(this.sandboxModeMax);
  }

  /**
   * Users' or chats' processes at once. One that is idle makes room for another; while all are busy, messages to others
   * are refused with 503 `pool_saturated`, and those accepted before wait in turn. Without effect under `shared`.
   */
  @Env('MAX_SESSIONS', asNumber)
  @IsInt()
  @Min(1)
  @Max(1000)
  maxSessions = 50;

  /** Seconds without a turn after which a user's or chat's process ends. */
  @Env('IDLE_TIMEOUT_SECONDS', asNumber)
  @IsInt()
  @Min(1)
  idleTimeoutSeconds = 300;

  /** Seconds between two looks for what is idle, too old or too large. */
  @Env('CLEANUP_INTERVAL_SECONDS', asNumber)
  @IsInt()
  @Min(1)
  @Max(3600)
  cleanupIntervalSeconds = 60;

  /** Resident memory in MiB above which an instance is replaced once its turns have ended; 0: never. */
  @Env('CODEX_RECYCLE_RSS_MB', asNumber)
  @IsInt()
  @Min(0)
  recycleRssMb = 1024;

  /** Age in seconds above which an instance is replaced in the same way; 0: never. */
  @Env('CODEX_RECYCLE_AGE_SECONDS', asNumber)
  @IsInt()
  @Min(0)
  recycleAgeSeconds = 86_400;

  /** Loaded threads above which an instance is replaced in the same way; 0: never. */
  @Env('CODEX_RECYCLE_THREADS', asNumber)
  @IsInt()
  @Min(0)
  recycleThreads = 500;

  /** Open file descriptors above which an instance is replaced in the same way; 0: never. */
  @Env('CODEX_RECYCLE_DESCRIPTORS', asNumber)
  @IsInt()
  @Min(0)
  recycleDescriptors = 2000;

  /** The codex binary. Empty: the one of the npm package. */
  @Env('CODEX_BINARY_PATH')
  @IsString()
  binaryPath = '';
}
