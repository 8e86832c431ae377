import { ApiProperty } from '@nestjs/swagger';
import { IsNotEmpty, IsString, MaxLength } from 'class-validator';
import { IsVisible } from '../../common/hidden-characters';
import { Optional } from '../../common/optional.decorator';
import type { ChatDto } from '../../chat/dto/chat.dto';
import { type MessageDto, textOf } from '../../chat/dto/message.dto';
import type { MessageRole } from '../../chat/entities/message.entity';
import { NamedUserDto } from '../named-user.dto';
import { PageCursor, PageLimit } from '../../common/page-fields.decorator';

export class SessionsQueryDto extends NamedUserDto {
  /** How many, 1 to 500. */
  @PageLimit(500)
  limit: number = 500;

  /** `next_cursor` of the page before. */
  @PageCursor()
  cursor?: string;
}

export class SessionCreateRequest extends NamedUserDto {
  /** Left out: the beginning of the first message. */
  @Optional()
  @IsString()
  @MaxLength(200)
  @IsVisible()
  title?: string;

  /** Id of a model backend; left out: the default one. @example deepseek-chat */
  @Optional()
  @IsString()
  @IsNotEmpty()
  @MaxLength(200)
  backend?: string;

  /** Overrides the backend's own model. */
  @Optional()
  @IsString()
  @IsNotEmpty()
  @MaxLength(200)
  model?: string;
}

export class LlmSessionDto {
  /** The chat, as at `/api/v1/chats`. @example 01a1f9b6-cbda-71c2-a8e2-f2bf1c84ef9a */
  chat_session_id: string;
  /** Belongs to the chat; its commands find it as `LLM_SESSION_ID`. @example 01a1f9b6-cbda-71c2-a8e2-f2bf1c84ef9a */
  llm_session_id: string;
  /** The same as `chat_session_id`. */
  id: string;
  title: string;
  /** Id of its model backend. @example deepseek-chat */
  backend_id: string;
  /** Overrides the backend's own model; null: it does not. */
  @ApiProperty({ type: String, nullable: true })
  model: string | null;
  /** Codex's id of the conversation, once it has one. */
  @ApiProperty({ type: String, nullable: true })
  codex_thread_id: string | null;
  created_at: string;
  updated_at: string;
}

export class LlmSessionsDto {
  /** The last used first. */
  sessions: LlmSessionDto[];
  /** To be given as `cursor`; null on the last page. */
  @ApiProperty({ type: String, nullable: true })
  next_cursor: string | null;
}

export class SessionMessageDto {
  id: string;
  @ApiProperty({ enum: ['user', 'assistant'] })
  role: MessageRole;
  content: string;
  created_at: string;
}

export class SessionMessagesDto {
  /** Oldest first. */
  messages: SessionMessageDto[];
  /** To be given as `cursor`; null on the last page. */
  @ApiProperty({ type: String, nullable: true })
  next_cursor: string | null;
}

/** The session at a model of a chat; one chat has one. */
export const llmSessionOf = (chatId: string): string => chatId;

export function toSessionDto({ id, title, backend, model, threadId, createdAt, updatedAt }: ChatDto): LlmSessionDto {
  return {
    ...{ chat_session_id: id, llm_session_id: llmSessionOf(id), id, title, backend_id: backend, model },
    ...{ codex_thread_id: threadId, created_at: createdAt, updated_at: updatedAt },
  };
}

/** What broke off is not told: a later message has taken its place. */
export const toSessionMessages = (messages: readonly MessageDto[]): SessionMessageDto[] =>
  messages
    .filter(({ status }) => status !== 'superseded')
    .map(({ id, role, content, createdAt }) => ({ id, role, content: textOf(content), created_at: createdAt }));
