import { ApiProperty, OmitType } from '@nestjs/swagger';
import { IsBoolean, IsInt, Max, Min } from 'class-validator';
import { AgentActionDto } from '../../chat/dto/agent-action.dto';
import { ApprovalDto } from '../../chat/dto/approval.dto';
import {
  ChatStateDto,
  PlacedActionDto,
  PlacedApprovalDto,
  PlacedMessageDto,
  TurnStateDto,
} from '../../chat/dto/chat-state.dto';
import { MessageDto } from '../../chat/dto/message.dto';
import { TurnDto } from '../../chat/dto/turn.dto';
import { Optional } from '../../common/optional.decorator';

const DAY_SECONDS = 86_400;

export class CreateShareDto {
  /** Seconds until the link ends, at most a year; left out: 7 days. */
  @Optional()
  @IsInt()
  @Min(60)
  @Max(366 * DAY_SECONDS)
  @ApiProperty({ type: 'integer', required: false })
  expiresInSeconds: number = 7 * DAY_SECONDS;

  /** Whether readers also see what the agent did in the workspace: commands, their output, changes of files. */
  @Optional()
  @IsBoolean()
  @ApiProperty({ required: false })
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
  /** Where the web client shows it, behind the service's own address. @example /shared#crs_... */
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

export class SharedTurnDto extends OmitType(TurnDto, ['chatId', 'copiedFrom', 'backend', 'model'] as const) {}

export class SharedPlacedMessageDto extends OmitType(PlacedMessageDto, ['message'] as const) {
  /** The text so far where it is being written. */
  message: SharedMessageDto;
}

export class SharedPlacedActionDto extends OmitType(PlacedActionDto, ['action'] as const) {
  action: SharedActionDto;
}

/** A turn as a link shows it. */
export class SharedTurnStateDto extends OmitType(TurnStateDto, ['turn', 'messages', 'actions', 'approvals'] as const) {
  turn: SharedTurnDto;
  messages: SharedPlacedMessageDto[];
  /** None where the link does not show the workspace; nor is there a diff then. */
  actions: SharedPlacedActionDto[];
  /** None: a link shows no questions. */
  @ApiProperty({ type: [PlacedApprovalDto], maxItems: 0 })
  approvals: PlacedApprovalDto[];
}

export class SharedStateChatDto extends SharedChatDto {
  /** Whether the agent is at work, or waits for an answer. */
  @ApiProperty({ enum: ['idle', 'running'] })
  status: 'idle' | 'running';
}

/** The state of a chat as a link shows it, in the shape of that for members. */
export class SharedStateDto extends OmitType(ChatStateDto, ['chat', 'turns', 'approvals', 'queueVersion'] as const) {
  chat: SharedStateChatDto;
  /** Oldest first. The newest page has all that are queued or run. */
  turns: SharedTurnStateDto[];
  /** None: a link shows no questions. */
  @ApiProperty({ type: [ApprovalDto], maxItems: 0 })
  approvals: ApprovalDto[];
}

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
