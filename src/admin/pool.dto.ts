import { ApiProperty } from '@nestjs/swagger';
import { IsIn, IsInt, IsNotEmpty, IsString, Max, MaxLength, Min } from 'class-validator';
import { Optional } from '../common/optional.decorator';
import { INSTANCE_STATES, type InstanceState } from '../app-server/pool/instance-lifecycle';
import { PageQueryDto } from '../chat/dto/page.dto';
import { SELECTION_STRATEGIES, type SelectionStrategyName } from '../config/pool.config';

export class PoolInstanceDto {
  /** @example codex-1 */
  id: string;
  /** Null while no process runs. */
  pid: number | null;
  @ApiProperty({ enum: INSTANCE_STATES })
  state: InstanceState;
  /** Since when it is in this state. */
  since: string;
  /** Why it came into this state. @example initialized */
  reason: string;
  /** When it is started again by itself, after a crash or out of quarantine; null when no start is planned. */
  @ApiProperty({ type: String, nullable: true })
  retryAt: string | null;
  /** Turns that it runs. */
  turns: number;
  /** Threads that it has loaded. */
  threads: number;
  /** Requests that it has not answered. */
  requestsInFlight: number;
  /** Resident memory; null while no process runs, or where it cannot be told. */
  rssBytes: number | null;
  /** Open file descriptors; null like `rssBytes`. */
  descriptors: number | null;
  /** Seconds since its process was started; null like `rssBytes`. */
  ageSeconds: number | null;
  /** Starts after the first. */
  restarts: number;
  /** How its last process ended. @example killed by SIGKILL */
  lastExit: string | null;
}

export class PoolGroupDto {
  /** @example shared */
  id: string;
  @ApiProperty({ enum: ['shared', 'user', 'session'] })
  kind: 'shared' | 'user' | 'session';
  /** Null for the shared group. */
  userId: string | null;
  /** Null unless each chat has a group of its own. */
  chatId: string | null;
  /** Turns that wait for a place. */
  waiting: number;
  /** When its last turn, or another question to it, began or ended. */
  lastUsedAt: string;
  instances: PoolInstanceDto[];
}

export class PoolDto {
  @ApiProperty({ enum: ['shared', 'user', 'session'] })
  isolation: string;
  @ApiProperty({ enum: SELECTION_STRATEGIES })
  selectionStrategy: SelectionStrategyName;
  /** Processes that the shared group should have. */
  size: number;
  /** Groups of users or chats that may be there at once. */
  maxSessions: number;
  /** Accepted turns that have not started: those in `waiting`, and those behind another turn of their chat. */
  queuedTurns: number;
  /** Accepted turns that may wait; a message beyond it is refused with 503 `pool_saturated`. */
  queueLimit: number;
  /** Turns that wait for a place: those of all groups, and those that wait for a group of their own. */
  waiting: number;
  groups: PoolGroupDto[];
}

export class UpdatePoolDto {
  /** Processes of the shared group. Those that are too many end when their turns have. */
  @Optional()
  @IsInt()
  @Min(1)
  @Max(64)
  @ApiProperty({ required: false, type: 'integer', example: 4 })
  size?: number;

  /** Which process a thread gets that none has loaded. */
  @Optional()
  @IsIn(SELECTION_STRATEGIES)
  @ApiProperty({ required: false, enum: SELECTION_STRATEGIES, example: 'least_busy' })
  selectionStrategy?: SelectionStrategyName;
}

export class PoolSessionDto {
  threadId: string;
  instanceId: string;
  groupId: string;
  /** Null when the chat is not known any more. */
  chatId: string | null;
  userId: string | null;
  /** A turn of it runs or is about to. */
  running: boolean;
}

export class TransitionsQueryDto extends PageQueryDto {
  /** Changes of one app-server, also one that is gone. @example codex-1 */
  @Optional()
  @IsString()
  @IsNotEmpty()
  @MaxLength(200)
  @ApiProperty({ required: false })
  instanceId?: string;
}

export class PoolTransitionDto {
  id: string;
  at: string;
  /** @example codex-1 */
  instanceId: string;
  /** @example shared */
  groupId: string;
  @ApiProperty({ enum: INSTANCE_STATES })
  from: InstanceState;
  @ApiProperty({ enum: INSTANCE_STATES })
  to: InstanceState;
  /** What has changed its state. @example killed by SIGKILL */
  reason: string;
}
