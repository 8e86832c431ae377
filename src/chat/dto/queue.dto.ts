import { ApiExtraModels, ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import {
  ArrayMaxSize,
  ArrayUnique,
  IsArray,
  IsIn,
  IsNotEmpty,
  IsObject,
  IsOptional,
  IsString,
  MaxLength,
} from 'class-validator';
import { Optional } from '../../common/optional.decorator';
import { FilePartDto, ImagePartDto, MessageDto, TextPartDto } from './message.dto';
import { CONTENT_INPUT, FileInputDto, ImageInputDto } from './message-input.dto';

export const WAIT_REASONS = ['turn', 'approval', 'release'] as const;
export type WaitReason = (typeof WAIT_REASONS)[number];

/** What has to happen before the turn of a message can begin. */
export class WaitsForDto {
  /**
   * `turn`: those before it have to end; `approval`: the turn that runs waits for a person's answer; `release`: the queue is
   * held until somebody releases it.
   */
  @ApiProperty({ enum: WAIT_REASONS })
  reason: WaitReason;
  /** The turn that runs, or is next; null where none does. */
  turnId: string | null;
  /** The oldest open question of the turn that runs. */
  approvalId: string | null;
  /** The same for a person. */
  message: string;
}

export class WaitingMessageDto {
  turnId: string;
  /** How many turns of the chat go before it, the running one included. */
  position: number;
  message: MessageDto;
  /** Backend of this turn only; null: that of the chat. */
  @ApiProperty({ type: String, nullable: true })
  backend: string | null;
  /** Model of this turn only; null: that of the backend or chat. */
  @ApiProperty({ type: String, nullable: true })
  model: string | null;
  /** Reasoning effort of this turn; null: that of the model. */
  @ApiProperty({ type: String, nullable: true })
  effort: string | null;
  /** Null for the next one, which begins as soon as there is room. */
  @ApiProperty({ type: WaitsForDto, nullable: true })
  waitsFor: WaitsForDto | null;
}

export class QueueDto {
  /** Whether what waits stays waiting until it is released. */
  held: boolean;
  /** Another one after each change of the queue; `expectedVersion`, or `If-Match`, of a change refuses to change another queue than this. */
  version: string;
  /** The next first. */
  items: WaitingMessageDto[];
}

class ExpectedVersionDto {
  /** `version` of the queue that is to be changed; left out: whatever it is. */
  @Optional()
  @IsString()
  @IsNotEmpty()
  @MaxLength(100)
  expectedVersion?: string;
}

@ApiExtraModels(TextPartDto, ImagePartDto, FilePartDto, ImageInputDto, FileInputDto)
export class EditWaitingMessageDto extends ExpectedVersionDto {
  /**
   * A string takes the place of the text and leaves pictures and files; parts, as for a new message, take the place of all, where
   * `{type: "file", blobId}` also keeps a picture or file that the message has. Left out: stays.
   */
  @Optional()
  @ApiProperty(CONTENT_INPUT)
  content?: unknown;

  /** Model for this turn only; null: that of the chat; left out: stays. */
  @IsOptional()
  @IsString()
  @IsNotEmpty()
  @MaxLength(200)
  @ApiProperty({ required: false, type: String, nullable: true })
  model?: string | null;

  /** Reasoning effort for this turn; null: that of the model; left out: stays. */
  @IsOptional()
  @IsString()
  @IsNotEmpty()
  @MaxLength(50)
  @ApiProperty({ required: false, type: String, nullable: true })
  effort?: string | null;

  /** JSON schema that the agent's last message has to follow; null: none; left out: stays. */
  @IsOptional()
  @IsObject()
  @ApiPropertyOptional({ type: 'object', additionalProperties: true, nullable: true })
  outputSchema?: Record<string, unknown> | null;
}

export class QueueOrderDto extends ExpectedVersionDto {
  /** All messages that wait, in the order in which they are to be answered: ids of the messages, or of their turns. */
  @IsArray()
  @ArrayMaxSize(1_000)
  @ArrayUnique()
  @IsString({ each: true })
  messageIds: string[];
}

export class SentNowDto {
  messageId: string;
  /** The turn that it belongs to now. */
  turnId: string;
  /** Whether the running turn was given it; false: none ran, and it is next. */
  steered: boolean;
}

export const QUEUE_FATES = ['keep', 'hold', 'clear'] as const;
/** What becomes of the messages that wait when a turn is stopped. */
export type QueueFate = (typeof QUEUE_FATES)[number];

export class InterruptDto {
  /**
   * What becomes of the messages that wait: `keep`: they are answered next; `hold`: they wait until the queue is released;
   * `clear`: they are removed.
   */
  @Optional()
  @IsIn(QUEUE_FATES)
  @ApiProperty({ enum: QUEUE_FATES, required: false, default: 'keep' })
  queue?: QueueFate;
}
