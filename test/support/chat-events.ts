import type { AgentActionDto } from '../../src/chat/dto/agent-action.dto';
import { type ApprovalDto, toApprovalDto } from '../../src/chat/dto/approval.dto';
import type { MessageDto } from '../../src/chat/dto/message.dto';
import type { TurnDto } from '../../src/chat/dto/turn.dto';
import { NO_USAGE } from '../../src/chat/entities/token-usage.dto';
import type { ChatEvent, EventDraft } from '../../src/chat/event-log/chat-event';

const IN_TURN = { chatId: 'chat', turnId: 'turn' };
const AT = '2026-01-01T00:00:00.000Z';

/** An event of a chat's log, with the number that the test gives it. */
export const chatEvent = (draft: Omit<EventDraft, 'turnId'>, seq = 1): ChatEvent =>
  ({ turnId: 'turn', ...draft, chatId: 'chat', seq, previousSeq: seq - 1, at: AT }) as ChatEvent;

export const messageDto = (text: string, changes: Partial<MessageDto> = {}): MessageDto => ({
  ...{ ...IN_TURN, id: 'message', role: 'assistant', author: null, content: [{ type: 'text', text }] },
  ...{ status: 'final', clientMessageId: null, createdAt: AT },
  ...changes,
});

export const actionDto = (changes: Partial<AgentActionDto> = {}): AgentActionDto => ({
  ...{ ...IN_TURN, id: 'action', kind: 'command', status: 'running', title: 'ls', startedAt: AT, endedAt: null },
  data: { command: 'ls', cwd: '.', output: '', exitCode: null, durationMs: null },
  ...changes,
});

export const turnDto = (status: TurnDto['status'], error: TurnDto['error'] = null): TurnDto => ({
  ...{ id: 'turn', chatId: 'chat', status, kind: 'message', mode: 'default', error, usage: NO_USAGE },
  ...{ backend: 'demo', model: null },
  ...{ copiedFrom: null, createdAt: AT, startedAt: AT, endedAt: null },
});

export const approvalDto = (
  asked: Partial<Pick<ApprovalDto, 'id' | 'kind' | 'request' | 'decisions' | 'status'>>,
): ApprovalDto =>
  toApprovalDto({
    ...{ ...IN_TURN, id: 'approval', userId: 'ada', itemId: 'action', kind: 'command', request: {} },
    ...{ decisions: ['accept', 'decline'], status: 'pending', decision: null, ruleIds: null },
    ...{ createdAt: AT, expiresAt: AT, resolvedAt: null, resolvedBy: null },
    ...asked,
  });
