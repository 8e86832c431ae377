import { ApiExtraModels, ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { QueryFlag } from '../../common/query-flag.decorator';
import { IsDefined, IsIn, IsNotEmpty, IsObject, IsString, MaxLength } from 'class-validator';
import { Optional } from '../../common/optional.decorator';
import { TURN_MODES, type TurnMode } from '../entities/turn.entity';
import { MessageDto, TextPartDto } from './message.dto';
import { CONTENT_INPUT, FileInputDto, ImageInputDto } from './message-input.dto';
import { WaitsForDto } from './queue.dto';
import { TurnDto } from './turn.dto';

@ApiExtraModels(TextPartDto, ImageInputDto, FileInputDto)
export class SendMessageDto {
  /**
   * A string, or parts: `{type: "text", text}`, `{type: "image", url}`, where `url` is a data URL, and `{type: "file", blobId}` or
   * `{type: "file", fileName, data}`, where `data` is one. At most 1,048,576 characters of text.
   */
  @IsDefined({ message: 'content must be a string or a list of parts' })
  @ApiProperty(CONTENT_INPUT)
  content: unknown;

  /**
   * The sender's own id of the message. The same id again returns the first answer and makes no second turn; with another
   * content, byte by byte, or other options it is refused.
   */
  @Optional()
  @IsString()
  @IsNotEmpty()
  @MaxLength(200)
  clientMessageId?: string;

  /** Backend for this turn only; its own model, unless `model` names another. @example demo */
  @Optional()
  @IsString()
  @IsNotEmpty()
  @MaxLength(200)
  backend?: string;

  /** Model for this turn only. */
  @Optional()
  @IsString()
  @IsNotEmpty()
  @MaxLength(200)
  model?: string;

  /** Reasoning effort for this turn, one that the model has; left out: the model's own. @example low */
  @Optional()
  @IsString()
  @IsNotEmpty()
  @MaxLength(50)
  effort?: string;

  /** `plan`: the agent says what it would do, and changes nothing, in this turn. */
  @Optional()
  @IsIn(TURN_MODES)
  @ApiProperty({ enum: TURN_MODES, required: false })
  mode?: TurnMode;

  /** JSON schema that the agent's last message has to follow. */
  @Optional()
  @IsObject()
  @ApiPropertyOptional({ type: 'object', additionalProperties: true })
  outputSchema?: Record<string, unknown>;
}

export class WaitQueryDto {
  /** Answers when the turn has ended. */
  @QueryFlag()
  wait: boolean = false;
}

@ApiExtraModels(TextPartDto, ImageInputDto, FileInputDto)
export class SteerDto {
  /** What to tell the agent while it works. As for a message. */
  @IsDefined({ message: 'content must be a string or a list of parts' })
  @ApiProperty(CONTENT_INPUT)
  content: unknown;
}

export class SteeredDto {
  messageId: string;
  turnId: string;
}

export class MessageAcceptedDto extends SteeredDto {
  /** Null where it is next, and begins as soon as there is room. */
  @ApiProperty({ type: WaitsForDto, nullable: true })
  waitsFor: WaitsForDto | null;
}

export class TurnResultDto {
  turn: TurnDto;
  /** The agent's last message in the turn, or its plan; null when it wrote none. */
  message: MessageDto | null;
}

export class InterruptedDto {
  /** The turn that is being interrupted; null when none runs. */
  turnId: string | null;
}
