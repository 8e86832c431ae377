import type { AgentActionDto } from '../../chat/dto/agent-action.dto';
import type { ApprovalDto } from '../../chat/dto/approval.dto';
import { type MessageDto, textOf } from '../../chat/dto/message.dto';
import { isPlan } from '../../chat/entities/message.entity';
import type { ChatEvent } from '../../chat/event-log/chat-event';
import type { PoolApproval, PoolEvent, PoolItem } from './pool-event';

/** An event of a chat as one of the contract; undefined for those that it does not have. */
export function poolEvent(event: ChatEvent): PoolEvent | undefined {
  if (event.turnId === null) return undefined;
  const of = { threadId: event.chatId, turnId: event.turnId };
  switch (event.type) {
    case 'turn.started':
      return { name: 'turn/started', data: of };
    case 'message.delta':
      return { name: 'agent/message/delta', data: { ...of, itemId: event.data.messageId, delta: event.data.delta } };
    case 'reasoning.delta':
      return { name: 'agent/reasoning/delta', data: { ...of, ...event.data } };
    case 'error':
      return { name: 'error', data: { ...of, message: event.data.message, willRetry: event.data.willRetry } };
    case 'approval.requested':
      return { name: 'approval/requested', data: { ...of, approval: poolApproval(event.data.approval) } };
    case 'approval.resolved':
      return { name: 'approval/resolved', data: { ...of, approval: poolApproval(event.data.approval) } };
    case 'turn.completed': {
      const { status, error, usage } = event.data;
      return { name: 'turn/completed', data: { ...of, status, error, usage } };
    }
    default: {
      const item = completedItem(event);
      return item && { name: 'item/completed', data: { ...of, item } };
    }
  }
}

/** What broke off and was said again is no item. */
function completedItem(event: ChatEvent): PoolItem | undefined {
  switch (event.type) {
    case 'message.created':
      return event.data.message.role === 'user' ? messageItem(event.data.message) : undefined;
    case 'message.completed':
      return event.data.message.status === 'superseded' ? undefined : messageItem(event.data.message);
    case 'reasoning.completed': {
      const { itemId: id, text, superseded } = event.data;
      return superseded ? undefined : { id, type: 'reasoning', text };
    }
    case 'item.completed':
      return actionItem(event.data.item);
    default:
      return undefined;
  }
}

function messageItem(message: MessageDto): PoolItem {
  const { id, role, content } = message;
  if (role === 'user') return { id, type: 'userMessage', content };
  return { id, type: isPlan(message) ? 'plan' : 'agentMessage', text: textOf(content) };
}

const TYPES = {
  ...({ command: 'commandExecution', file_change: 'fileChange', mcp_tool_call: 'mcpToolCall' } as const),
  ...({ tool_call: 'dynamicToolCall', web_search: 'webSearch', other: 'other' } as const),
} satisfies Record<AgentActionDto['kind'], string>;

function actionItem({ id, kind, status, data }: AgentActionDto): PoolItem {
  const { output, ...rest } = data;
  // A command's output has another name there, and its own type the item of another kind.
  const fields = kind === 'command' ? { ...rest, aggregatedOutput: output } : data;
  const named = kind === 'other' ? { name: data.type } : fields;
  return { ...named, id, type: TYPES[kind], status };
}

const poolApproval = (approval: ApprovalDto): PoolApproval => {
  const { id, itemId, kind, request, decisions, status, decision } = approval;
  return { id, itemId, kind, request, decisions, status, decision };
};
