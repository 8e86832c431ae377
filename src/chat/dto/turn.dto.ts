import {
  TURN_KINDS,
  TURN_MODES,
  TURN_STATUSES,
  TurnEntity,
  type TurnKind,
  type TurnMode,
  type TurnStatus,
} from '../entities/turn.entity';
import { TokenUsage } from '../entities/token-usage.dto';
import { ApiProperty } from '@nestjs/swagger';

export class TurnFailureDto {
  /** Stable code. @example instance_lost */
  code: string;
  message: string;
}

export class TurnDto {
  /** @example 01a1f9b6-cbee-7793-964d-caa8c85ed9e4 */
  id: string;
  chatId: string;
  @ApiProperty({ enum: TURN_STATUSES })
  status: TurnStatus;
  /** `compaction` and `review` are what somebody has asked for by a call of its own. */
  @ApiProperty({ enum: TURN_KINDS })
  kind: TurnKind;
  /** `plan`: the agent says what it would do, and changes nothing. */
  @ApiProperty({ enum: TURN_MODES })
  mode: TurnMode;
  error: TurnFailureDto | null;
  usage: TokenUsage;
  /** The turn of another chat that it is a copy of: it was run, and its usage is counted, there. Null: it is none. */
  copiedFrom: string | null;
  /** Id of the backend that it was run with; null before it has begun, and where nobody knows. @example demo */
  backend: string | null;
  /** Model that it was run with; null: the backend's own, or as `backend`. */
  model: string | null;
  createdAt: string;
  startedAt: string | null;
  endedAt: string | null;
}

export function toTurnDto(turn: TurnEntity): TurnDto {
  const { id, chatId, status, options, usage, copiedFrom, createdAt, startedAt, endedAt } = turn;
  const { kind = 'message', mode = 'default', ranOn } = options;
  const { backend = null, model = null } = ranOn ?? {};
  const error = turn.errorCode === null ? null : { code: turn.errorCode, message: turn.errorMessage ?? '' };
  return { id, chatId, status, kind, mode, error, usage, copiedFrom, backend, model, createdAt, startedAt, endedAt };
}
