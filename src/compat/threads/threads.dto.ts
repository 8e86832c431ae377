import { ApiProperty } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayNotEmpty,
  IsArray,
  IsBoolean,
  IsNotEmpty,
  IsObject,
  IsString,
  MaxLength,
  ValidateNested,
} from 'class-validator';
import { Optional } from '../../common/optional.decorator';
import type { ChatDto } from '../../chat/dto/chat.dto';
import type { ChatStateDto } from '../../chat/dto/chat-state.dto';
import { NamedUserDto } from '../named-user.dto';
import { itemsOf, turnStatus } from './thread-items';
import { PageCursor, PageLimit } from '../../common/page-fields.decorator';

export class ChatMessageDto {
  /** @example Hello! */
  @IsString()
  content: string;

  /** Not looked at: whatever it says, the text is told to the agent. @example user */
  @Optional()
  @IsString()
  @MaxLength(50)
  role?: string;
}

export class ChatRequest extends NamedUserDto {
  /** The conversation to go on with; left out: a new one. */
  @Optional()
  @IsString()
  @IsNotEmpty()
  @MaxLength(100)
  thread_id?: string;

  /** What is told to the agent, as one message of a line or more for each. */
  @IsArray()
  @ArrayNotEmpty()
  @ArrayMaxSize(1000)
  @IsObject({ each: true })
  @ValidateNested({ each: true })
  @Type(() => ChatMessageDto)
  messages: ChatMessageDto[];

  /** Model for this turn only. */
  @Optional()
  @IsString()
  @IsNotEmpty()
  @MaxLength(200)
  model?: string;

  /** `false` answers with JSON when the turn has ended. */
  @Optional()
  @IsBoolean()
  @ApiProperty({ required: false })
  stream: boolean = true;
}

export class ThreadsQueryDto extends NamedUserDto {
  /** How many, 1 to 200. */
  @PageLimit(200)
  limit: number = 50;

  /** `next_cursor` of the page before. */
  @PageCursor()
  cursor?: string;
}

export class HistoryQueryDto extends NamedUserDto {
  /** Of the conversation; there has to be one. */
  @IsString()
  @IsNotEmpty()
  @MaxLength(100)
  @ApiProperty({ required: true })
  thread_id: string;

  /** How many turns, 1 to 100: the newest. */
  @PageLimit(100)
  limit: number = 100;

  /** `previous_cursor` of the page behind. */
  @PageCursor()
  cursor?: string;
}

export class ThreadDto {
  /** The chat, as at `/api/v1/chats`. */
  thread_id: string;
  /** Its title. */
  preview: string;
  created_at: string;
  updated_at: string;
}

export class ThreadsDto {
  /** The last used first. */
  threads: ThreadDto[];
  /** To be given as `cursor`; null on the last page. */
  @ApiProperty({ type: String, nullable: true })
  next_cursor: string | null;
}

const ITEMS = { type: 'array', items: { type: 'object', additionalProperties: true } } as const;

export class ThreadTurnDto {
  id: string;
  /** As codex says it: `inProgress`, `completed`, `interrupted` or `failed`. @example completed */
  status: string;
  /** What was said and done, each as codex's app-server describes it: `userMessage`, `agentMessage`, `commandExecution` ... */
  @ApiProperty(ITEMS)
  items: object[];
}

export class ThreadHistoryDto {
  thread_id: string;
  preview: string;
  /** Oldest first. */
  turns: ThreadTurnDto[];
  created_at: string;
  /** To be given as `cursor` for the turns before these; null where there are none. */
  @ApiProperty({ type: String, nullable: true })
  previous_cursor: string | null;
}

export class ThreadFailureDto {
  code: string;
  message: string;
}

export const ANSWER_STATUSES = ['completed', 'interrupted', 'failed', 'waiting_for_approval'] as const;

export class ChatResponseDto {
  /** To be given to go on. */
  thread_id: string;
  /** The agent's last message; null where it wrote none. */
  @ApiProperty({ type: String, nullable: true })
  message: string | null;
  /** What a stream would have told, without pieces of what is told whole; of very many the last. */
  @ApiProperty(ITEMS)
  events: object[];
  @ApiProperty({ enum: ANSWER_STATUSES })
  status: (typeof ANSWER_STATUSES)[number];
  @ApiProperty({ type: ThreadFailureDto, nullable: true })
  error: ThreadFailureDto | null;
}

export const toThreadDto = ({ id, title, createdAt, updatedAt }: ChatDto): ThreadDto => ({
  ...{ thread_id: id, preview: title, created_at: createdAt, updated_at: updatedAt },
});

export const toThreadHistory = ({ chat, turns, previousCursor }: ChatStateDto): ThreadHistoryDto => ({
  ...{ thread_id: chat.id, preview: chat.title },
  turns: turns.map((each) => ({ id: each.turn.id, status: turnStatus(each.turn.status), items: itemsOf(each) })),
  ...{ created_at: chat.createdAt, previous_cursor: previousCursor },
});
