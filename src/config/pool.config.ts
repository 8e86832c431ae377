import { IsIn, IsInt, IsString, Max, Min } from 'class-validator';
import { asLowerCase, asNumber, Env } from './env.decorator';

export const SELECTION_STRATEGIES = ['round_robin', 'least_busy'] as const;
export type SelectionStrategyName = (typeof SELECTION_STRATEGIES)[number];

/** The pool of `codex app-server` processes. */
export class PoolConfig {
  /** Processes in the pool. */
  @Env('CODEX_POOL_SIZE', asNumber)
  @IsInt()
  @Min(1)
  @Max(64)
  size = 3;

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

  /** Accepted turns that may wait, over all chats; a message beyond it is refused with 503 `pool_saturated`. */
  @Env('CODEX_TURN_QUEUE_SIZE', asNumber)
  @IsInt()
  @Min(1)
  @Max(100_000)
  turnQueueSize = 1000;

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

  /** The codex binary. Empty: the one of the npm package. */
  @Env('CODEX_BINARY_PATH')
  @IsString()
  binaryPath = '';
}
