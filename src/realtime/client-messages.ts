import { IsDefined, IsIn, IsInt, IsNotEmpty, IsString, MaxLength, Min } from 'class-validator';
import { Optional } from '../common/optional.decorator';
import { EditWaitingMessageDto, QUEUE_FATES, type QueueFate, QueueOrderDto } from '../chat/dto/queue.dto';
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

export class InterruptCall extends ChatCall {
  @Optional()
  @IsIn(QUEUE_FATES)
  queue?: QueueFate;
}

/** About a message that waits, by its id or that of its turn. */
export class WaitingCall extends ChatCall {
  @IsString()
  @IsNotEmpty()
  messageId: string;

  @Optional()
  @IsString()
  @MaxLength(100)
  expectedVersion?: string;
}

export class EditCall extends EditWaitingMessageDto {
  @IsString()
  @IsNotEmpty()
  chatId: string;

  @IsString()
  @IsNotEmpty()
  messageId: string;
}

export class OrderCall extends QueueOrderDto {
  @IsString()
  @IsNotEmpty()
  chatId: string;
}

export class RespondCall {
  @IsString()
  @IsNotEmpty()
  approvalId: string;

  @IsDefined({ message: 'decision must be one of the decisions that the approval offers' })
  decision: Decision;

  @Optional()
  answers?: Record<string, string[]>;

  @Optional()
  @IsString()
  @IsNotEmpty()
  @MaxLength(32_768)
  message?: string;
}
