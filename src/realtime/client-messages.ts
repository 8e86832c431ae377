import { IsDefined, IsIn, IsInt, IsNotEmpty, IsString, MaxLength, Min } from 'class-validator';
import { Optional } from '../common/optional.decorator';
import type { Decision } from '../chat/entities/approval.entity';
import { TURN_MODES, type TurnMode } from '../chat/entities/turn.entity';

/** What clients send over Socket.IO, by event name. */
export class ChatCall {
  @IsString()
  @IsNotEmpty()
  chatId: string;
}

export class JoinCall extends ChatCall {
  /** Number of the last event that the client has; without it only what comes from now on is sent. */
  @Optional()
  @IsInt({ message: 'after must be a whole number, the seq of an event' })
  @Min(0)
  after?: number;
}

export class SendCall extends ChatCall {
  @IsDefined({ message: 'content must be a string or a list of parts' })
  content: unknown;

  @Optional()
  @IsString()
  @IsNotEmpty()
  @MaxLength(200)
  clientMessageId?: string;

  /** `plan`: the agent says what it would do, and changes nothing. */
  @Optional()
  @IsIn(TURN_MODES)
  mode?: TurnMode;
}

export class SteerCall extends ChatCall {
  @IsDefined({ message: 'content must be a string or a list of parts' })
  content: unknown;
}

export class RespondCall {
  @IsString()
  @IsNotEmpty()
  approvalId: string;

  @IsDefined({ message: 'decision must be one of the decisions that the approval offers' })
  decision: Decision;

  @Optional()
  answers?: Record<string, string[]>;
}
