import type { TurnCompletedData, UsageUpdatedData } from '../../chat/dto/event-data.dto';
import type { ChatEvent } from '../../chat/event-log/chat-event';
import { waitingText } from '../waiting-approval';
import { actionItem, messageItem, reasoningItem, turnStatus } from './thread-items';

/** What a client of the contract is told: by `type` what is the contract's own, else a notification of codex's app-server. */
export type ThreadEvent =
  | { readonly type: 'session'; readonly thread_id: string }
  | { readonly type: 'turn.started'; readonly turn: object }
  | { readonly method: string; readonly params: Readonly<Record<string, unknown>> };

/** The first of every stream. */
export const sessionEvent = (threadId: string): ThreadEvent => ({ type: 'session', thread_id: threadId });

/** What an event of the chat comes to. @param url of the chat in the web client */
export function threadEvents(event: ChatEvent, url: string): ThreadEvent[] {
  const { chatId: threadId, turnId } = event;
  const told = (method: string, params: Record<string, unknown>): ThreadEvent[] => [
    { method, params: { threadId, turnId, ...params } },
  ];
  switch (event.type) {
    case 'turn.started': {
      const { id, status } = event.data.turn;
      return [{ type: 'turn.started', turn: { id, status: turnStatus(status), items: [] } }];
    }
    case 'message.created':
      return event.data.message.role === 'user' ? [] : told('item/started', { item: messageItem(event.data.message) });
    case 'message.delta':
      return told('item/agentMessage/delta', { itemId: event.data.messageId, delta: event.data.delta });
    case 'message.completed': {
      const { message } = event.data;
      const superseded = message.status === 'superseded';
      return told('item/completed', { item: { ...messageItem(message), ...(superseded && { superseded }) } });
    }
    case 'reasoning.delta':
      return told('item/reasoning/summaryTextDelta', { ...event.data, summaryIndex: 0 });
    case 'reasoning.completed': {
      const { itemId, text, superseded } = event.data;
      return told('item/completed', { item: { ...reasoningItem(itemId, text), ...(superseded && { superseded }) } });
    }
    case 'item.started':
      return told('item/started', { item: actionItem(event.data.item) });
    case 'item.completed':
      return told('item/completed', { item: actionItem(event.data.item) });
    case 'command.output':
      return told('item/commandExecution/outputDelta', { ...event.data });
    case 'diff.updated':
      return told('turn/diff/updated', { ...event.data });
    case 'plan.updated':
      return told('turn/plan/updated', { ...event.data });
    case 'usage.updated':
      return told('thread/tokenUsage/updated', { tokenUsage: usageOf(event.data) });
    case 'approval.requested':
    case 'approval.resolved': {
      const { id: approvalId, kind, status, itemId } = event.data.approval;
      const isOpen = status === 'pending';
      const message = isOpen ? waitingText(event.data.approval, url) : null;
      return told(isOpen ? 'approval/requested' : 'approval/resolved', {
        ...{ approvalId, kind, status, itemId, message, url },
      });
    }
    case 'error': {
      const { code, message, willRetry } = event.data;
      return told('error', { error: { message, code }, willRetry });
    }
    case 'warning':
      return told('warning', { ...event.data });
    case 'turn.completed':
      return [{ method: 'turn/completed', params: { threadId, turn: endedTurn(event.data) } }];
    default:
      return [];
  }
}

const endedTurn = ({ turn, error }: TurnCompletedData) => ({
  ...{ id: turn.id, status: turnStatus(turn.status), items: [], error },
});

/** Codex counts the whole conversation as `total`. */
const usageOf = ({ usage, chatUsage, contextWindow }: UsageUpdatedData) => ({
  ...{ total: chatUsage, turn: usage, modelContextWindow: contextWindow },
});

/** Whether it is only a piece of what comes whole. */
export const isPiece = (event: ThreadEvent): boolean => 'method' in event && /(?:delta|Delta)$/.test(event.method);
