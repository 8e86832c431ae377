import { ApiProperty } from '@nestjs/swagger';
import { AuthorDto } from '../../access/author.dto';
import type { EndedTurnStatus } from '../entities/turn.entity';
import { AgentActionDto } from './agent-action.dto';
import { ApprovalRuleDto } from './approval-rule.dto';
import { ApprovalDto } from './approval.dto';
import { McpServerUpdatedData } from './mcp-server-state.dto';
import { NO_SNAPSHOT_REASONS, SnapshotDto, type NoSnapshotReason } from './snapshot.dto';
import { MessageDto } from './message.dto';
import { TokenUsage } from '../entities/token-usage.dto';
import { TurnDto, TurnFailureDto } from './turn.dto';

const ENDED: EndedTurnStatus[] = ['completed', 'interrupted', 'failed'];

/**
 * `refused`: the turn before ended as its context was full; `agent`: the agent found it about to be full; `user`: somebody
 * has asked for it.
 */
const COMPACTION_REASONS = ['refused', 'agent', 'user'] as const;
type CompactionReason = (typeof COMPACTION_REASONS)[number];

export class TurnQueuedData {
  turn: TurnDto;
  /** How many turns go before it. */
  position: number;
}

export class TurnStartedData {
  turn: TurnDto;
}

export class TurnCompletedData {
  @ApiProperty({ enum: ENDED })
  status: EndedTurnStatus;
  usage: TokenUsage;
  error: TurnFailureDto | null;
  turn: TurnDto;
}

export class MessageData {
  message: MessageDto;
}

export class MessageDeltaData {
  messageId: string;
  /** What comes behind the text so far. */
  delta: string;
}

/** More of what an item says or prints. */
export class ItemDeltaData {
  itemId: string;
  delta: string;
}

export class ReasoningCompletedData {
  itemId: string;
  /** All of it. */
  text: string;
  /** Whether it is that of an answer that broke off; the model was asked again. */
  superseded: boolean;
}

export class ItemData {
  item: AgentActionDto;
}

export class DiffUpdatedData {
  /** Unified diff of all that the turn has changed so far. */
  diff: string;
}

export class PlanStepDto {
  step: string;
  @ApiProperty({ enum: ['pending', 'inProgress', 'completed'] })
  status: 'pending' | 'inProgress' | 'completed';
}

export class PlanUpdatedData {
  explanation: string | null;
  plan: PlanStepDto[];
}

export const QUEUE_CHANGES = ['edited', 'removed', 'reordered', 'sent', 'held', 'released', 'cleared'] as const;
export type QueueChange = (typeof QUEUE_CHANGES)[number];

/** A user has changed what waits. What begins, or comes in, is told by the events of its turn. */
export class QueueChangedData {
  @ApiProperty({ enum: QUEUE_CHANGES })
  change: QueueChange;
  by: AuthorDto;
  /** Whether what waits stays waiting until it is released. */
  held: boolean;
  /** Of the queue after the change. */
  version: string;
  /** The turns that wait after it, the next first. */
  turnIds: string[];
}

export class ApprovalData {
  approval: ApprovalDto;
}

export class ApprovalRuleData {
  rule: ApprovalRuleDto;
}

export class UsageUpdatedData {
  /** Of the turn so far. */
  usage: TokenUsage;
  /** Of the chat so far. */
  chatUsage: TokenUsage;
  /** Tokens that the model can hold; null where that is not known. */
  contextWindow: number | null;
  /** Tokens that the last call of the model has had and written, of those it can hold; left out by earlier versions. */
  contextTokens?: number;
}

/** A provider has refused something: the model does not see it any more. */
export class ContextOmittedData {
  /** Why: the code that the failed turn has, where the turn failed over it. @example image_not_accepted */
  code: string;
  /** The backend that has refused it. */
  backend: string;
  /** Pictures that became a line. */
  pictures: number;
  /** Messages, and outputs of tools, that became a line. */
  messages: number;
  /** Earlier messages and steps that one line stands for. */
  earlier: number;
  /** The same for a person. */
  message: string;
}

/** What was said so far was replaced by a summary in what the model sees. */
export class ContextCompactedData {
  @ApiProperty({ enum: COMPACTION_REASONS })
  reason: CompactionReason;
  /** Whether there is a summary now; false: it came to nothing, and the turn goes on with what there is. */
  succeeded: boolean;
  /** The same for a person. */
  message: string;
}

/** The chat has another title. */
export class ChatUpdatedData {
  title: string;
}

/** Files of the workspace may be other ones than before: it is to be looked at again. */
export class WorkspaceChangedData {
  @ApiProperty({ enum: ['agent', 'user'] })
  by: 'agent' | 'user';
  /** What was changed, as at `/workspace`; empty where that is not known, as of a command, or is too much. */
  paths: string[];
}

/** The files are recorded as the turn has left them. */
export class SnapshotCreatedData {
  snapshot: SnapshotDto;
}

/** The files were not recorded: they cannot be brought back to this state. */
export class SnapshotSkippedData {
  @ApiProperty({ enum: NO_SNAPSHOT_REASONS })
  reason: NoSnapshotReason;
  /** The same for a person. */
  message: string;
}

/** The files are now as an earlier turn had left or found them. */
export class WorkspaceRestoredData {
  /** The turn, and whether they are as they were before or after it; null where a snapshot was named. */
  turnId: string | null;
  when: string | null;
  /** The snapshot by which a restore takes this back. */
  undoSnapshotId: string;
  added: number;
  changed: number;
  deleted: number;
}

export class LogTruncatedData {
  /** Events up to this number are no longer kept; messages, turns and actions are. */
  upTo: number;
}

export class WarningData {
  message: string;
}

export class ErrorData {
  code: string;
  message: string;
  /** Whether the agent tries again by itself. */
  willRetry: boolean;
}

/** The types of a chat's events, and what each carries in `data`: the one list of them. */
export const EVENT_DATA = {
  'turn.queued': TurnQueuedData,
  'turn.started': TurnStartedData,
  'turn.completed': TurnCompletedData,
  'message.created': MessageData,
  'message.updated': MessageData,
  'message.delta': MessageDeltaData,
  'message.completed': MessageData,
  'reasoning.delta': ItemDeltaData,
  'reasoning.completed': ReasoningCompletedData,
  'item.started': ItemData,
  'item.updated': ItemData,
  'item.completed': ItemData,
  'command.output': ItemDeltaData,
  'diff.updated': DiffUpdatedData,
  'plan.updated': PlanUpdatedData,
  'approval.requested': ApprovalData,
  'approval.resolved': ApprovalData,
  'approval_rule.created': ApprovalRuleData,
  'approval_rule.deleted': ApprovalRuleData,
  'usage.updated': UsageUpdatedData,
  'context.omitted': ContextOmittedData,
  'context.compacted': ContextCompactedData,
  'chat.updated': ChatUpdatedData,
  'queue.changed': QueueChangedData,
  'workspace.changed': WorkspaceChangedData,
  'mcp_server.updated': McpServerUpdatedData,
  'snapshot.created': SnapshotCreatedData,
  'snapshot.skipped': SnapshotSkippedData,
  'workspace.restored': WorkspaceRestoredData,
  'log.truncated': LogTruncatedData,
  warning: WarningData,
  error: ErrorData,
};
