import { IsArray, IsIn, IsObject, IsString, MaxLength } from 'class-validator';
import { ApiProperty, ApiPropertyOptional, PickType } from '@nestjs/swagger';
import { Optional } from '../../common/optional.decorator';
import { SendMessageDto } from '../../chat/dto/send-message.dto';

const TRIGGERS = ['submit-message', 'regenerate-message'] as const;
const ANY_MESSAGE = { type: 'object', additionalProperties: true } as const;

/** What the AI SDK's `DefaultChatTransport` sends. */
export class UiStreamDto extends PickType(SendMessageDto, ['backend', 'model', 'effort', 'mode'] as const) {
  /** The client's own id of the chat; the path says which it is. */
  @Optional()
  @IsString()
  @MaxLength(200)
  id?: string;

  /** UI messages, of which the last counts. */
  @Optional()
  @IsArray()
  @ApiProperty({ type: 'array', items: ANY_MESSAGE, required: false })
  messages?: unknown[];

  /** The last of them alone. */
  @Optional()
  @IsObject()
  @ApiPropertyOptional(ANY_MESSAGE)
  message?: object;

  @Optional()
  @IsIn(TRIGGERS)
  @ApiProperty({ enum: TRIGGERS, required: false })
  trigger?: (typeof TRIGGERS)[number];

  /** Of the message that is edited, or of the answer that is to be made anew. */
  @Optional()
  @IsString()
  @MaxLength(200)
  messageId?: string;
}
