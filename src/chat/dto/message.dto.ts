import { AuthorDto } from '../../access/author.dto';
import { ApiExtraModels, ApiProperty, getSchemaPath } from '@nestjs/swagger';
import { type ContentPart, NewMessage, type MessageRole, type MessageStatus } from '../entities/message.entity';

export class TextPartDto {
  @ApiProperty({ enum: ['text'] })
  type: 'text';
  /** @example List the files here, please. */
  text: string;
  /** The agent's plan, in a turn that was to plan: what it would do. Absent in all other texts. */
  @ApiProperty({ enum: [true], required: false })
  plan?: true;
}

export class ImagePartDto {
  @ApiProperty({ enum: ['image'] })
  type: 'image';
  /** Id of its content at `GET /api/v1/blobs/:id`; absent for a moment in messages of version 0.1.0 and older. */
  blobId?: string;
  /** By its bytes: `image/png`, `image/jpeg`, `image/gif` or `image/webp`. @example image/png */
  mediaType?: string;
  /** Bytes. */
  size?: number;
  /** Pixels. */
  width?: number;
  height?: number;
  /**
   * Where it is read, a path below the base path of the service: `/api/v1/blobs/:id`. In messages that have no `blobId` yet the
   * image itself, as a data URL.
   */
  url: string;
  /** Of one that was attached as a file. */
  fileName?: string;
}

export class FilePartDto {
  @ApiProperty({ enum: ['file'] })
  type: 'file';
  /** Id of its content at `GET /api/v1/blobs/:id`. */
  blobId: string;
  /** @example report.pdf */
  fileName: string;
  /** By its bytes. @example application/pdf */
  mediaType: string;
  /** Bytes. */
  size: number;
  /** Where it is put in the workspace before the turn; null for a text, which the agent is given with the message. */
  @ApiProperty({ type: String, nullable: true })
  path: string | null;
  /** Where it is read, a path below the base path of the service. */
  url: string;
}

/** A part of a message; who uses it names its classes by `ApiExtraModels`. */
const CONTENT_PART = {
  oneOf: [TextPartDto, ImagePartDto, FilePartDto].map((part) => ({ $ref: getSchemaPath(part) })),
  discriminator: {
    propertyName: 'type',
    mapping: {
      ...{ text: getSchemaPath(TextPartDto), image: getSchemaPath(ImagePartDto), file: getSchemaPath(FilePartDto) },
    },
  },
};

@ApiExtraModels(TextPartDto, ImagePartDto, FilePartDto)
export class MessageDto {
  /** @example 01a1f9b6-cc31-7330-95a4-7d70b653087a */
  id: string;
  chatId: string;
  turnId: string;
  @ApiProperty({ enum: ['user', 'assistant'] })
  role: MessageRole;
  /** Who wrote it; null for the agent, and for a user that is gone. */
  @ApiProperty({ type: AuthorDto, nullable: true })
  author: AuthorDto | null;
  @ApiProperty({ type: 'array', items: CONTENT_PART })
  content: ContentPart[];
  /**
   * `partial`: the turn ended before the message did; what was shown is kept. `superseded`: the model's answer broke off and
   * it was asked again; a later message takes its place.
   */
  @ApiProperty({ enum: ['streaming', 'final', 'partial', 'superseded'] })
  status: MessageStatus;
  /** The sender's own id of the message, if it gave one. */
  clientMessageId: string | null;
  createdAt: string;
}

/** @param author who wrote it, where that is a person */
export function toMessageDto(message: NewMessage, author: AuthorDto | null = null): MessageDto {
  const { id, chatId, turnId, role, content, status, clientMessageId, createdAt } = message;
  return { id, chatId, turnId, role, author, content, status, clientMessageId, createdAt };
}

/** The text of all text parts. */
export function textOf(content: readonly ContentPart[]): string {
  return content.map((part) => (part.type === 'text' ? part.text : '')).join('');
}
