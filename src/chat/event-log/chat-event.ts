import type { AgentActionDto } from '../dto/agent-action.dto';
import type { ApprovalDto } from '../dto/approval.dto';
import type { MessageDto } from '../dto/message.dto';
import type { TurnDto } from '../dto/turn.dto';
import type { EndedTurnStatus } from '../entities/turn.entity';
import type { TokenUsage } from '../entities/token-usage.dto';

export interface TurnFailure {
  readonly code: string;
  readonly message: string;
}

export interface PlanStep {
  readonly step: string;
  readonly status: 'pending' | 'inProgress' | 'completed';
}

/** What each type of event carries in `data`. */
export interface ChatEventData {
  'turn.queued': { turn: TurnDto; position: number };
  'turn.started': { turn: TurnDto };
  'turn.completed': { status: EndedTurnStatus; usage: TokenUsage; error: TurnFailure | null; turn: TurnDto };
  'message.created': { message: MessageDto };
  'message.delta': { messageId: string; delta: string };
  'message.completed': { message: MessageDto };
  'reasoning.delta': { itemId: string; delta: string };
  'reasoning.completed': { itemId: string; text: string };
  'item.started': { item: AgentActionDto };
  'item.updated': { item: AgentActionDto };
  'item.completed': { item: AgentActionDto };
  'command.output': { itemId: string; delta: string };
  'diff.updated': { diff: string };
  'plan.updated': { explanation: string | null; plan: PlanStep[] };
  'approval.requested': { approval: ApprovalDto };
  'approval.resolved': { approval: ApprovalDto };
  'usage.updated': { usage: TokenUsage; chatUsage: TokenUsage; contextWindow: number | null };
  warning: { message: string };
  error: { code: string; message: string; willRetry: boolean };
}

export type ChatEventType = keyof ChatEventData;

/** An event before it has its place in the log. */
export type EventDraft = {
  [T in ChatEventType]: { readonly type: T; readonly turnId: string | null; readonly data: ChatEventData[T] };
}[ChatEventType];

/** One entry of a chat's log. */
export type ChatEvent = EventDraft & {
  readonly chatId: string;
  /** 1, 2, 3 ... in each chat, without gap. */
  readonly seq: number;
  readonly at: string;
};
