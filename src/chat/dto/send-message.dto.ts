import {
  ApiExtraModels,
  ApiProperty,
  ApiPropertyOptional,
  type ApiPropertyOptions,
  getSchemaPath,
} from '@nestjs/swagger';
import { QueryFlag } from '../../common/query-flag.decorator';
import { IsDefined, IsNotEmpty, IsObject, IsString, MaxLength } from 'class-validator';
import { Optional } from '../../common/optional.decorator';
import { MessageDto, TextPartDto } from './message.dto';
import { TurnDto } from './turn.dto';

export class ImageInputDto {
  @ApiProperty({ enum: ['image'] })
  type: 'image';
  /**
   * The image itself, as a data URL in base64; it is fetched from nowhere. A PNG, JPEG, GIF or WebP by its bytes: what the URL
   * says of its type is not believed.
   */
  url: string;
}

/** A file: its content, or the `blobId` of one that was uploaded to `/attachments` before. */
export class FileInputDto {
  @ApiProperty({ enum: ['file'] })
  type: 'file';
  /** Of an upload for this chat. */
  blobId?: string;
  /** @example report.pdf */
  fileName?: string;
  /** The content itself, as a data URL in base64; its type is that of its bytes. */
  data?: string;
}

const PART = {
  oneOf: [TextPartDto, ImageInputDto, FileInputDto].map((part) => ({ $ref: getSchemaPath(part) })),
  discriminator: {
    propertyName: 'type',
    mapping: {
      ...{ text: getSchemaPath(TextPartDto), image: getSchemaPath(ImageInputDto), file: getSchemaPath(FileInputDto) },
    },
  },
};

const CONTENT: ApiPropertyOptions = {
  example: 'run: ls',
  oneOf: [{ type: 'string' }, { type: 'array', items: PART }],
};

@ApiExtraModels(TextPartDto, ImageInputDto, FileInputDto)
export class SendMessageDto {
  /**
   * A string, or parts: `{type: "text", text}`, `{type: "image", url}`, where `url` is a data URL, and `{type: "file", blobId}` or
   * `{type: "file", fileName, data}`, where `data` is one. At most 1,048,576 characters of text.
   */
  @IsDefined({ message: 'content must be a string or a list of parts' })
  @ApiProperty(CONTENT)
  content: unknown;

  /**
   * The sender's own id of the message. The same id again returns the first answer and makes no second turn; with another
   * text or other options it is refused.
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
  @ApiProperty(CONTENT)
  content: unknown;
}

export class MessageAcceptedDto {
  messageId: string;
  turnId: string;
}

export class TurnResultDto {
  turn: TurnDto;
  /** The agent's last message in the turn; null when it wrote none. */
  message: MessageDto | null;
}

export class InterruptedDto {
  /** The turn that is being interrupted; null when none runs. */
  turnId: string | null;
}
