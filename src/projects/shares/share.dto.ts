import { ApiProperty, OmitType } from '@nestjs/swagger';
import { IsBoolean, IsInt, Max, Min } from 'class-validator';
import { AgentActionDto } from '../../chat/dto/agent-action.dto';
import { MessageDto } from '../../chat/dto/message.dto';
import { Optional } from '../../common/optional.decorator';

const DAY_SECONDS = 86_400;

export class CreateShareDto {
  /** Seconds until the link ends, at most a year; left out: 7 days. */
  @Optional()
  @IsInt()
  @Min(60)
  @Max(366 * DAY_SECONDS)
  expiresInSeconds: number = 7 * DAY_SECONDS;

  /** Whether readers also see what the agent did in the workspace: commands, their output, changes of files. */
  @Optional()
  @IsBoolean()
  workspace: boolean = false;
}

export class ShareDto {
  id: string;
  chatId: string;
  workspace: boolean;
  createdAt: string;
  expiresAt: string | null;
  /** Whether it can still be used. */
  active: boolean;
}

export class CreatedShareDto extends ShareDto {
  /** The secret of the link; shown this once. */
  token: string;
  /** Where the web client shows it, behind the service's own address. @example /#/shared/crs_... */
  path: string;
}

/** A chat as a link shows it: nothing of its users, settings and threads. */
export class SharedChatDto {
  title: string;
  createdAt: string;
  updatedAt: string;
  workspace: boolean;
  expiresAt: string | null;
}

export class SharedMessageDto extends OmitType(MessageDto, ['author', 'clientMessageId', 'chatId'] as const) {}

export class SharedActionDto extends OmitType(AgentActionDto, ['chatId'] as const) {}

/** An event as a link shows it; those that tell of users, or of the workspace where it is not shown, are left out. */
export class SharedEventDto {
  seq: number;
  /** Number of the event before it that the link shows, 0 for none: a reader who has less has missed something. */
  previousSeq: number;
  type: string;
  turnId: string | null;
  at: string;
  @ApiProperty({ type: 'object', additionalProperties: true })
  data: Record<string, unknown>;
}
