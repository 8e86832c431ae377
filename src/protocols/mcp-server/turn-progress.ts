import type { AgentActionDto } from '../../chat/dto/agent-action.dto';
import type { ApprovalDto } from '../../chat/dto/approval.dto';
import type { TurnStateDto } from '../../chat/dto/chat-state.dto';
import { type MessageDto, textOf } from '../../chat/dto/message.dto';
import type { TurnDto, TurnFailureDto } from '../../chat/dto/turn.dto';
import type { TurnStatus } from '../../chat/entities/turn.entity';
import { isPlan } from '../../chat/entities/message.entity';
import type { ChatEvent } from '../../chat/event-log/chat-event';

/** Steps of the agent that are told of: the last ones. */
const MAX_STEPS = 40;

export interface TurnStep {
  readonly id: string;
  readonly kind: string;
  readonly title: string;
  readonly status: string;
}

interface SaidMessage {
  readonly id: string;
  readonly text: string;
  readonly isPlan: boolean;
}

/** How far a turn has come, as far as its caller is told. */
export interface TurnProgress {
  readonly chatId: string;
  readonly turnId: string;
  readonly status: TurnStatus;
  readonly error: TurnFailureDto | null;
  /** What the agent has said last, or its plan. */
  readonly said: SaidMessage | null;
  readonly steps: readonly TurnStep[];
  /** The questions that wait, in their order. */
  readonly approvals: readonly ApprovalDto[];
}

export const newProgress = (chatId: string, turnId: string): TurnProgress => ({
  ...{ chatId, turnId, status: 'queued', error: null, said: null, steps: [], approvals: [] },
});

/** A turn as a page of its chat shows it. */
export function progressOf({ turn, messages, actions, approvals }: TurnStateDto): TurnProgress {
  let progress = withTurn(newProgress(turn.chatId, turn.id), turn);
  for (const { message } of messages) progress = withMessage(progress, message);
  for (const { action } of actions) progress = withAction(progress, action);
  for (const { approval } of approvals) progress = withApproval(progress, approval);
  return progress;
}

/** The same behind one more event of the turn. */
export function applied(progress: TurnProgress, event: ChatEvent): TurnProgress {
  switch (event.type) {
    case 'turn.started':
    case 'turn.completed':
      return withTurn(progress, event.data.turn);
    case 'message.created':
    case 'message.updated':
    case 'message.completed':
      return withMessage(progress, event.data.message);
    case 'message.delta':
      return withDelta(progress, event.data);
    case 'item.started':
    case 'item.updated':
    case 'item.completed':
      return withAction(progress, event.data.item);
    case 'approval.requested':
    case 'approval.resolved':
      return withApproval(progress, event.data.approval);
    default:
      return progress;
  }
}

export const isOver = ({ status }: TurnProgress): boolean => status !== 'queued' && status !== 'running';

function withTurn(progress: TurnProgress, { status, error }: TurnDto): TurnProgress {
  const next = { ...progress, status, error };
  // Nobody is asked any more.
  return isOver(next) ? { ...next, approvals: [] } : next;
}

function withMessage(progress: TurnProgress, message: MessageDto): TurnProgress {
  if (message.role !== 'assistant') return progress;
  const { said } = progress;
  if (message.status === 'superseded') return said?.id === message.id ? { ...progress, said: null } : progress;
  const next = { id: message.id, text: textOf(message.content), isPlan: isPlan(message) };
  // What is said beside a plan ends behind it, and is not what was asked for.
  if (said !== null && said.isPlan && !next.isPlan) return progress;
  return { ...progress, said: next };
}

function withDelta(progress: TurnProgress, { messageId, delta }: { messageId: string; delta: string }): TurnProgress {
  const { said } = progress;
  if (said?.id !== messageId) return progress;
  return { ...progress, said: { ...said, text: said.text + delta } };
}

function withAction(progress: TurnProgress, { id, kind, title, status }: AgentActionDto): TurnProgress {
  const step = { id, kind, title, status };
  const isKnown = progress.steps.some((each) => each.id === id);
  const steps = isKnown ? progress.steps.map((each) => (each.id === id ? step : each)) : [...progress.steps, step];
  return { ...progress, steps: steps.slice(-MAX_STEPS) };
}

function withApproval(progress: TurnProgress, approval: ApprovalDto): TurnProgress {
  const others = progress.approvals.filter(({ id }) => id !== approval.id);
  return { ...progress, approvals: approval.status === 'pending' ? [...others, approval] : others };
}
