import { ApiProperty } from '@nestjs/swagger';
import { type ContentPart, MessageEntity, type MessageRole, type MessageStatus } from '../entities/message.entity';

export class ContentPartDto {
  @ApiProperty({ enum: ['text', 'image'] })
  type: 'text' | 'image';
  /** Of a text part. @example List the files here, please. */
  text?: string;
  /** Of an image part: a data URL. */
  url?: string;
}

export class MessageDto {
  /** @example 01a1f9b6-cc31-7330-95a4-7d70b653087a */
  id: string;
  chatId: string;
  turnId: string;
  @ApiProperty({ enum: ['user', 'assistant'] })
  role: MessageRole;
  @ApiProperty({ type: [ContentPartDto] })
  content: ContentPart[];
  /** `partial`: the turn ended before the message did; what was shown is kept. */
  @ApiProperty({ enum: ['streaming', 'final', 'partial'] })
  status: MessageStatus;
  /** The sender's own id of the message, if it gave one. */
  clientMessageId: string | null;
  createdAt: string;
}

export function toMessageDto(message: MessageEntity): MessageDto {
  const { id, chatId, turnId, role, content, status, clientMessageId, createdAt } = message;
  return { id, chatId, turnId, role, content, status, clientMessageId, createdAt };
}

/** The text of all text parts. */
export function textOf(content: readonly ContentPart[]): string {
  return content.map((part) => (part.type === 'text' ? part.text : '')).join('');
}
