import { IsIn, IsInt, IsString, Max, Min } from 'class-validator';
import { availableParallelism } from 'node:os';
import { SANDBOX_MODES, type SandboxMode } from './agent-policy';
import { asLowerCase, asNumber, Env } from './env.decorator';
import { Environment } from './environment';
import type { DependentConfig } from './load-config';
import { SandboxCeiling } from './sandbox-permissions';

export const SELECTION_STRATEGIES = ['round_robin', 'least_busy'] as const;
export type SelectionStrategyName = (typeof SELECTION_STRATEGIES)[number];

export const NETWORK_ACCESS = ['auto', 'allowed', 'forbidden'] as const;

export const ISOLATIONS = ['shared', 'user', 'session'] as const;
export type Isolation = (typeof ISOLATIONS)[number];

/** The pool of `codex app-server` processes. */
export class PoolConfig implements DependentConfig {
  /**
   * Processes in the pool. Empty: one for each processor core, which runs the most turns, but 2 to 8. With two or more,
   * chats go on while one is replaced.
   */
  @Env('CODEX_POOL_SIZE', asNumber)
  @IsInt()
  @Min(1)
  @Max(64)
  size = Math.min(Math.max(availableParallelism(), 2), 8);

  /** Which process a new thread gets. */
  @Env('CODEX_SELECTION_STRATEGY', asLowerCase)
  @IsIn(SELECTION_STRATEGIES)
  selectionStrategy: SelectionStrategyName = 'round_robin';

  /** Turns that one process runs at once; more wait. */
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
   * Longest wait of a caller with `?wait=true` for its turn to start, in seconds; it is answered 503 `pool_saturated`
   * then, and the message stays queued.
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

  /** A turn silent for so many seconds is stopped; waiting for a person's approval is not silence. */
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

  /**
   * Who shares processes and codex's home. `shared`: everybody, in a pool of CODEX_POOL_SIZE. `user`: the chats of one
   * user, in a process of the user's. `session`: nobody, a process per chat.
   */
  @Env('CODEX_ISOLATION', asLowerCase)
  @IsIn(ISOLATIONS)
  isolation: Isolation = 'shared';

  /**
   * The most that a chat's agent may touch, whatever its user chooses or approves. Below `danger-full-access` nothing may
   * leave the sandbox, and no chat can be `untrusted`: for services of several users. Unset, it is `workspace-write` where
   * SECURITY_METHOD is not `None` and CODEX_ISOLATION is `shared`: there one user's agent shares processes with another's.
   */
  @Env('CODEX_SANDBOX_MODE_MAX', asLowerCase)
  @IsIn(SANDBOX_MODES)
  sandboxModeMax: SandboxMode = 'danger-full-access';

  /**
   * Whether chats may choose `networkAccess`, with which sandboxed commands reach the network, and every port of this machine.
   * `auto`: where CODEX_SANDBOX_MODE_MAX is `danger-full-access`, in which a chat has the network anyway.
   */
  @Env('CODEX_NETWORK_ACCESS', asLowerCase)
  @IsIn(NETWORK_ACCESS)
  networkAccess: (typeof NETWORK_ACCESS)[number] = 'auto';

  /** The default ceiling where users sign in, and share processes. */
  completeBy(environment: Environment): void {
    const isSignedIn = (environment.get('SECURITY_METHOD') ?? 'None') !== 'None';
    const isChosen = environment.get('CODEX_SANDBOX_MODE_MAX') !== undefined;
    if (isSignedIn && !isChosen && this.isolation === 'shared') this.sandboxModeMax = 'workspace-write';
  }

  get sandboxCeiling(): SandboxCeiling {
    const { networkAccess, sandboxModeMax } = this;
    const isOpen = networkAccess === 'auto' ? sandboxModeMax === 'danger-full-access' : networkAccess === 'allowed';
    return new SandboxCeiling(sandboxModeMax, isOpen);
  }

  /**
   * Users' or chats' processes at once, with CODEX_ISOLATION `user` or `session`. One that is idle makes room for another;
   * while all are busy, messages to others are refused with 503 `pool_saturated`, and those accepted before wait in turn.
   * With `shared`, `POST /chat` alone counts: users with a turn that waits or runs.
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

  /** Seconds between two checks for processes that are idle, too old or too large. */
  @Env('CLEANUP_INTERVAL_SECONDS', asNumber)
  @IsInt()
  @Min(1)
  @Max(3600)
  cleanupIntervalSeconds = 60;

  /** Resident memory in MiB above which a process is replaced, one at a time, when its turns have ended; 0: never. */
  @Env('CODEX_RECYCLE_RSS_MB', asNumber)
  @IsInt()
  @Min(0)
  recycleRssMb = 1024;

  /** Age in seconds above which a process is replaced in the same way; 0: never. */
  @Env('CODEX_RECYCLE_AGE_SECONDS', asNumber)
  @IsInt()
  @Min(0)
  recycleAgeSeconds = 86_400;

  /** Loaded threads above which a process is replaced in the same way; 0: never. */
  @Env('CODEX_RECYCLE_THREADS', asNumber)
  @IsInt()
  @Min(0)
  recycleThreads = 500;

  /** Open file descriptors above which a process is replaced in the same way; 0: never. */
  @Env('CODEX_RECYCLE_DESCRIPTORS', asNumber)
  @IsInt()
  @Min(0)
  recycleDescriptors = 2000;

  /**
   * Commands of one chat that may run on when their turn is over, such as a server that the agent has started; what is left
   * of one in the background counts. The newest beyond it are ended, with a warning in the chat. 0: no limit. Linux only.
   */
  @Env('CODEX_BACKGROUND_COMMANDS_PER_CHAT', asNumber)
  @IsInt()
  @Min(0)
  @Max(10_000)
  backgroundCommandsPerChat = 8;

  /** The same over all chats: the newest of the chat whose turn has just ended are ended. 0: no limit. Linux only. */
  @Env('CODEX_BACKGROUND_COMMANDS', asNumber)
  @IsInt()
  @Min(0)
  @Max(100_000)
  backgroundCommands = 64;

  /** The codex binary. Empty: the one of the npm package `@openai/codex`. */
  @Env('CODEX_BINARY_PATH')
  @IsString()
  binaryPath = '';
}
