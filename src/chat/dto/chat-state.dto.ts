import { ApiProperty } from '@nestjs/swagger';
import { TokenUsage } from '../entities/token-usage.dto';
import { AgentActionDto } from './agent-action.dto';
import { ApprovalDto } from './approval.dto';
import { ChatDto } from './chat.dto';
import { PlanStepDto } from './event-data.dto';
import { MessageDto } from './message.dto';
import { TurnDto } from './turn.dto';
import { PageCursor, PageLimit } from '../../common/page-fields.decorator';

export const NOTICE_TYPES = ['warning', 'error', 'context.omitted', 'context.compacted'] as const;
export type NoticeType = (typeof NOTICE_TYPES)[number];

export class ChatStateQueryDto {
  /** How many turns, 1 to 100. Fewer come where they have many actions, and more where more are queued or run. */
  @PageLimit(100)
  turns: number = 20;

  /** `previousCursor` of the page behind; left out: the newest page. */
  @PageCursor()
  before?: string;
}

/** A part of a turn; its place among the turn's parts is its number. */
class PlacedDto {
  /** Number of the event that brought it into the log: parts are shown in this order. @example 7 */
  seq: number;
}

export class PlacedMessageDto extends PlacedDto {
  /** The text so far where it is being written. */
  message: MessageDto;
}

export class DiffStatDto {
  /** Lines that the whole diff adds. */
  added: number;
  /** Lines that the whole diff removes. */
  removed: number;
}

/** An action whose long texts may be cut: of an output the end is there, of all else the beginning. */
export class PlacedActionDto extends PlacedDto {
  action: AgentActionDto;
  /** Whether something is cut; `GET /agent-actions/{id}` has all of it. */
  truncated: boolean;
  /** Characters of all its texts, uncut. */
  size: number;
  /** Of each of its changes, in order, where the diff of one is cut; else null. */
  @ApiProperty({ type: [DiffStatDto], nullable: true })
  diffStats: DiffStatDto[] | null;
}

export class PlacedReasoningDto extends PlacedDto {
  itemId: string;
  /** All of it, or so far. */
  text: string;
}

export class PlacedApprovalDto extends PlacedDto {
  approval: ApprovalDto;
}

export class PlacedPlanDto extends PlacedDto {
  explanation: string | null;
  plan: PlanStepDto[];
}

export class PlacedNoticeDto extends PlacedDto {
  @ApiProperty({ enum: NOTICE_TYPES })
  type: NoticeType;
  message: string;
  /** Stable code of an error, or of what the model does not see any more. */
  code: string | null;
  /** Whether the agent tries again by itself. */
  willRetry: boolean;
  at: string;
}

export class TurnDiffDto {
  /** Unified diff of all that the turn has changed. */
  diff: string;
}

export class TurnDiffStateDto extends TurnDiffDto {
  seq: number;
  /** Whether only the beginning is here; `GET /chats/{id}/turns/{turnId}/diff` has all of it. */
  truncated: boolean;
  /** Characters of the whole diff. */
  size: number;
  /** Files in the whole diff. */
  files: number;
}

export class TurnStateDto {
  turn: TurnDto;
  /** Number of its first event in the log. */
  seq: number;
  /** How many turns go before it while it is queued; else 0. */
  position: number;
  /** Without what broke off and was asked for again. */
  messages: PlacedMessageDto[];
  actions: PlacedActionDto[];
  /** Without what broke off and was asked for again. */
  reasoning: PlacedReasoningDto[];
  approvals: PlacedApprovalDto[];
  @ApiProperty({ type: PlacedPlanDto, nullable: true })
  plan: PlacedPlanDto | null;
  @ApiProperty({ type: TurnDiffStateDto, nullable: true })
  diff: TurnDiffStateDto | null;
  notices: PlacedNoticeDto[];
}

export class QueuedTurnDto {
  turnId: string;
  /** How many turns of the chat go before it. */
  position: number;
}

export class ChatStateDto {
  chat: ChatDto;
  /** Number of the last event that this has. The events behind it continue it, without gap. @example 42 */
  seq: number;
  /** Oldest first. The newest page has all that are queued or run. */
  turns: TurnStateDto[];
  /** The open questions of the chat. */
  approvals: ApprovalDto[];
  /** The turns that wait, the next first. */
  queue: QueuedTurnDto[];
  /** Of the queue, as at `/queue`. */
  queueVersion: string;
  /** Tokens of the chat so far, those of the running turn included. */
  usage: TokenUsage;
  /** Tokens that the model can hold, as the page's last call of it has told; null where that is not known. */
  contextWindow: number | null;
  /** Tokens of those that the page's last call of the model has had and written; null where that is not known. */
  contextTokens: number | null;
  /** To be given as `before` for the turns before these; null on the first page of the chat. */
  previousCursor: string | null;
}
