import type { AgentActionDto } from '../../src/chat/dto/agent-action.dto';
import { type ApprovalDto, toApprovalDto } from '../../src/chat/dto/approval.dto';
import type { MessageDto } from '../../src/chat/dto/message.dto';
import { NO_USAGE } from '../../src/chat/entities/token-usage.dto';
import type { ChatEvent, ChatEventType } from '../../src/chat/event-log/chat-event';

let seq = 0;

/** An event of the turn `turn` of the chat `chat`. */
export const turnEvent = (type: ChatEventType, data: object): ChatEvent => {
  seq += 1;
  return { type, data, chatId: 'chat', turnId: 'turn', seq, previousSeq: seq - 1, at: '' } as unknown as ChatEvent;
};

export const writtenMessage = (id: string, text: string, more: Partial<MessageDto> = {}): MessageDto => ({
  ...{ id, chatId: 'chat', turnId: 'turn', role: 'assistant', author: null, status: 'final' },
  ...{ content: [{ type: 'text', text }], clientMessageId: null, createdAt: '', ...more },
});

export const agentAction = (id: string, more: Partial<AgentActionDto>): AgentActionDto => ({
  ...{
    id,
    chatId: 'chat',
    turnId: 'turn',
    kind: 'command',
    status: 'completed',
    title: 'ls',
    startedAt: '',
    endedAt: '',
  },
  data: { command: '/bin/bash -c ls', cwd: '.', output: 'a.txt\n', exitCode: 0, durationMs: 3 },
  ...more,
});

export const askedApproval = (id: string, itemId: string | null, more: Partial<ApprovalDto> = {}): ApprovalDto => ({
  ...toApprovalDto({
    ...{ id, userId: 'u', chatId: 'chat', turnId: 'turn', itemId, kind: 'command', request: { reason: 'May I?' } },
    ...{ decisions: ['accept', 'decline', 'cancel'], status: 'pending', decision: null, ruleIds: null },
    ...{ createdAt: '', expiresAt: '', resolvedAt: null, resolvedBy: null },
  }),
  ...more,
});

export const turnEnd = (status: 'completed' | 'interrupted' | 'failed', error: object | null = null): ChatEvent =>
  turnEvent('turn.completed', { status, usage: { ...NO_USAGE, totalTokens: 7 }, error, turn: {} });
