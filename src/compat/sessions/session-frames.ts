import type { Step } from '../../contracts/chat-sockets';
import type { ApprovalDto } from '../../chat/dto/approval.dto';
import { textOf } from '../../chat/dto/message.dto';
import type { TurnCompletedData } from '../../chat/dto/event-data.dto';
import type { ChatEvent } from '../../chat/event-log/chat-event';
import { waitingText } from '../waiting-approval';

/** A frame with reasoning has all of it so far; it comes again when there is so much more of it, so that long ones stay cheap. */
const GROWTH = 1 / 16;

interface Reasoning {
  readonly text: string;
  /** Characters that the client has been told. */
  readonly told: number;
}

/** What is to be known of a chat to go on telling of it. */
export interface SessionState {
  /** What the agent is thinking, by item. */
  readonly reasoning: ReadonlyMap<string, Reasoning>;
  /** Questions of the running turn that the client knows of. */
  readonly asked: ReadonlySet<string>;
  /** Whether the running turn has brought an answer. */
  readonly hasAnswered: boolean;
}

export const INITIAL_SESSION: SessionState = { reasoning: new Map(), asked: new Set(), hasAnswered: false };

export type SessionFrame =
  | { readonly type: 'reasoning'; readonly content: string; readonly partial?: true }
  | { readonly type: 'assistant'; readonly content: string }
  | { readonly type: 'error'; readonly content: string; readonly code: string }
  | {
      readonly type: 'approval';
      readonly content: string;
      readonly approval_id: string;
      readonly status: ApprovalDto['status'];
      readonly url: string;
    };

/** What a client of the contract is told of an event. @param url of the chat in the web client */
export function sessionStep(state: SessionState, event: ChatEvent, url: string): Step<SessionState> {
  switch (event.type) {
    case 'turn.started':
      return { state: INITIAL_SESSION, frames: [] };
    case 'reasoning.delta':
      return thinking(state, event.data.itemId, event.data.delta);
    case 'reasoning.completed': {
      const { itemId, text, superseded } = event.data;
      const next = { ...state, reasoning: without(state.reasoning, itemId) };
      return { state: next, frames: superseded || text === '' ? [] : [{ type: 'reasoning', content: text }] };
    }
    case 'message.completed': {
      const { role, status, content } = event.data.message;
      const text = textOf(content);
      if (role !== 'assistant' || status === 'superseded' || text === '') return { state, frames: [] };
      return { state: { ...state, hasAnswered: true }, frames: [{ type: 'assistant', content: text }] };
    }
    case 'approval.requested':
    case 'approval.resolved':
      return approvalStep(state, event.data.approval, url);
    case 'turn.completed':
      return { state: INITIAL_SESSION, frames: endFrames(event.data, state.hasAnswered) };
    default:
      return { state, frames: [] };
  }
}

function thinking(state: SessionState, itemId: string, delta: string): Step<SessionState> {
  const before = state.reasoning.get(itemId) ?? { text: '', told: 0 };
  const text = before.text + delta;
  const isDue = text.length - before.told >= Math.max(1, text.length * GROWTH);
  const reasoning = new Map(state.reasoning).set(itemId, { text, told: isDue ? text.length : before.told });
  const frame: SessionFrame = { type: 'reasoning', content: text, partial: true };
  return { state: { ...state, reasoning }, frames: isDue ? [frame] : [] };
}

/** Of one that a rule has answered at once nobody is asked, and nobody is told. */
function approvalStep(state: SessionState, approval: ApprovalDto, url: string): Step<SessionState> {
  const { id, status } = approval;
  if (status !== 'pending' && !state.asked.has(id)) return { state, frames: [] };
  const content = status === 'pending' ? waitingText(approval, url) : `The question of the agent is ${status}.`;
  const frame: SessionFrame = { type: 'approval', content, approval_id: id, status, url };
  return { state: { ...state, asked: new Set(state.asked).add(id) }, frames: [frame] };
}

/** Nobody is left waiting for a turn that has nothing to say. */
function endFrames({ status, error }: TurnCompletedData, hasAnswered: boolean): SessionFrame[] {
  if (status === 'completed') return hasAnswered ? [] : [{ type: 'assistant', content: '' }];
  const [code, content] =
    status === 'interrupted' ? ['turn_interrupted', 'The turn was stopped.'] : ['turn_failed', 'The turn has failed.'];
  return [{ type: 'error', content: error?.message ?? content, code: error?.code ?? code }];
}

function without<T>(map: ReadonlyMap<string, T>, key: string): ReadonlyMap<string, T> {
  const rest = new Map(map);
  rest.delete(key);
  return rest;
}
