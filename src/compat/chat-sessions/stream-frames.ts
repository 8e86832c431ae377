import type { AgentActionDto } from '../../chat/dto/agent-action.dto';
import type { ApprovalDto } from '../../chat/dto/approval.dto';
import type { TurnCompletedData } from '../../chat/dto/event-data.dto';
import { type MessageDto, textOf } from '../../chat/dto/message.dto';
import type { ChatEvent } from '../../chat/event-log/chat-event';
import type { Step } from '../../contracts/chat-sockets';
import { askedFor, waitingText } from '../waiting-approval';
import { toolArguments, toolName, toolOutput } from './tool-words';

/** What is to be known of a turn to go on telling of it. */
export interface StreamState {
  /** Actions and questions of the turn by their ids, each with its number: 1, 2, 3 ... */
  readonly steps: ReadonlyMap<string, number>;
  /** Characters that the client has of each message of the turn. */
  readonly sent: ReadonlyMap<string, number>;
  /** The agent's last message that is whole. */
  readonly lastMessageId: string | null;
}

export const INITIAL_STREAM: StreamState = { steps: new Map(), sent: new Map(), lastMessageId: null };

export type StreamFrame =
  | { readonly type: 'start'; readonly turn_id: string }
  | { readonly type: 'chunk'; readonly content: string; readonly message_id: string }
  | { readonly type: 'superseded'; readonly message_id: string }
  | {
      readonly type: 'action';
      readonly tool: string;
      readonly args: Readonly<Record<string, unknown>>;
      readonly step: number;
      readonly action_id: string;
    }
  | {
      readonly type: 'observation';
      readonly content: string;
      readonly success: boolean;
      readonly metadata: Readonly<Record<string, unknown>>;
      readonly step: number;
      readonly action_id: string;
    }
  | {
      readonly type: 'end';
      readonly turn_id: string;
      readonly message_id: string | null;
      readonly has_error: boolean;
      readonly cancelled: boolean;
    }
  | { readonly type: 'error'; readonly content: string; readonly code: string };

/** What a client of the contract is told of an event. @param url of the chat in the web client */
export function streamStep(state: StreamState, event: ChatEvent, url: string): Step<StreamState> {
  switch (event.type) {
    case 'turn.started':
      return { state: INITIAL_STREAM, frames: [{ type: 'start', turn_id: event.data.turn.id }] };
    case 'message.delta':
      return written(state, event.data.messageId, event.data.delta);
    case 'message.completed':
      return event.data.message.role === 'assistant' ? whole(state, event.data.message) : { state, frames: [] };
    case 'item.started':
      return begun(state, event.data.item);
    case 'item.completed':
      return ended(state, event.data.item);
    case 'approval.requested':
      return asked(state, event.data.approval, url);
    case 'approval.resolved':
      return answered(state, event.data.approval);
    case 'turn.completed':
      return { state: INITIAL_STREAM, frames: endFrames(event.data, state.lastMessageId) };
    default:
      return { state, frames: [] };
  }
}

/** Clients put chunks one behind the other: between two messages there is a blank line. */
function written(state: StreamState, messageId: string, text: string): Step<StreamState> {
  if (text === '') return { state, frames: [] };
  const before = state.sent.get(messageId);
  const isFurther = before === undefined && state.sent.size > 0;
  const sent = new Map(state.sent).set(messageId, (before ?? 0) + text.length);
  const frame: StreamFrame = { type: 'chunk', content: isFurther ? `\n\n${text}` : text, message_id: messageId };
  return { state: { ...state, sent }, frames: [frame] };
}

/** What has not come in pieces comes now; of what broke off the client is told that it does not count. */
function whole(state: StreamState, { id, content, status }: MessageDto): Step<StreamState> {
  const before = state.sent.get(id) ?? 0;
  if (status === 'superseded') return { state, frames: before > 0 ? [{ type: 'superseded', message_id: id }] : [] };
  return written({ ...state, lastMessageId: id }, id, textOf(content).slice(before));
}

function begun(state: StreamState, item: AgentActionDto): Step<StreamState> {
  if (state.steps.has(item.id)) return { state, frames: [] };
  return action(state, item.id, toolName(item), toolArguments(item));
}

function ended(state: StreamState, item: AgentActionDto): Step<StreamState> {
  const { state: known, frames } = begun(state, item);
  const { content, metadata } = toolOutput(item);
  const observed: StreamFrame = {
    ...{ type: 'observation', content, success: item.status === 'completed' },
    ...{ metadata: { ...metadata, status: item.status }, step: known.steps.get(item.id) ?? 0, action_id: item.id },
  };
  return { state: known, frames: [...frames, observed] };
}

function asked(state: StreamState, approval: ApprovalDto, url: string): Step<StreamState> {
  const { id, kind, itemId, status, expiresAt } = approval;
  if (status !== 'pending') return { state, frames: [] };
  return action(state, id, 'approval', {
    ...{ kind, message: waitingText(approval, url), request: askedFor(approval), url },
    ...{ approval_id: id, action_id: itemId, expires_at: expiresAt },
  });
}

function answered(state: StreamState, { id, status, decision }: ApprovalDto): Step<StreamState> {
  const step = state.steps.get(id);
  // Of one that a rule has answered at once nobody was asked.
  if (step === undefined) return { state, frames: [] };
  const content = typeof decision === 'string' ? decision : decision === null ? status : JSON.stringify(decision);
  const metadata = { approval_id: id, status };
  const frame: StreamFrame = {
    ...{ type: 'observation', content, success: status === 'resolved', metadata, step, action_id: id },
  };
  return { state, frames: [frame] };
}

function action(state: StreamState, id: string, tool: string, args: Record<string, unknown>): Step<StreamState> {
  const step = state.steps.size + 1;
  const frame: StreamFrame = { type: 'action', tool, args, step, action_id: id };
  return { state: { ...state, steps: new Map(state.steps).set(id, step) }, frames: [frame] };
}

function endFrames({ status, error, turn }: TurnCompletedData, messageId: string | null): StreamFrame[] {
  const hasError = status === 'failed';
  const { message = 'The turn has failed.', code = 'turn_failed' } = error ?? {};
  const end: StreamFrame = {
    ...{ type: 'end', turn_id: turn.id, message_id: messageId },
    ...{ has_error: hasError, cancelled: status === 'interrupted' },
  };
  return hasError ? [{ type: 'error', content: message, code }, end] : [end];
}
