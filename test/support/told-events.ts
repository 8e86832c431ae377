import type { AgentActionDto } from '../../src/chat/dto/agent-action.dto';
import type { ApprovalDto } from '../../src/chat/dto/approval.dto';
import type { MessageDto } from '../../src/chat/dto/message.dto';
import type { TurnDto } from '../../src/chat/dto/turn.dto';
import { NO_USAGE } from '../../src/chat/entities/token-usage.dto';
import type { ChatEvent, ChatEventType, EventDraft } from '../../src/chat/event-log/chat-event';

const AT = '2030-01-01T00:00:00.000Z';

type DataOf<T extends ChatEventType> = Extract<EventDraft, { type: T }>['data'];

/** An event of the turn `turn` in the chat `chat`, as clients get it. */
export const told = <T extends ChatEventType>(type: T, data: DataOf<T>): ChatEvent =>
  ({ type, data, turnId: 'turn', chatId: 'chat', seq: 1, previousSeq: 0, at: AT }) as unknown as ChatEvent;

export const turnDto = (change: Partial<TurnDto> = {}): TurnDto => ({
  ...{ id: 'turn', chatId: 'chat', status: 'running', kind: 'message', mode: 'default', error: null },
  ...{ usage: NO_USAGE, copiedFrom: null, backend: null, model: null, createdAt: AT, startedAt: AT, endedAt: null },
  ...change,
});

export const messageDto = (text: string, change: Partial<MessageDto> = {}): MessageDto => ({
  ...{ id: 'message', chatId: 'chat', turnId: 'turn', role: 'assistant', author: null },
  ...{ content: text === '' ? [] : [{ type: 'text', text }], status: 'final', clientMessageId: null, createdAt: AT },
  ...change,
});

export const actionDto = (change: Partial<AgentActionDto> = {}): AgentActionDto => ({
  ...{ id: 'action', chatId: 'chat', turnId: 'turn', kind: 'command', status: 'running', title: 'ls' },
  data: { command: '/bin/bash -c ls', cwd: '.', output: '', exitCode: null, durationMs: null },
  ...{ startedAt: AT, endedAt: null },
  ...change,
});

export const approvalDto = (change: Partial<ApprovalDto> = {}): ApprovalDto => ({
  ...{ id: 'approval', chatId: 'chat', turnId: 'turn', itemId: 'action', kind: 'command', status: 'pending' },
  request: { line: { text: 'rm -rf build', length: 12, marks: [], markCount: 0 } },
  ...{ decisions: ['accept', 'cancel'], choices: [], display: {}, decision: null, ruleIds: null },
  ...{ createdAt: AT, expiresAt: AT, resolvedAt: null, resolvedBy: null },
  ...change,
});

export const started = (): ChatEvent => told('turn.started', { turn: turnDto() });

export function ended(status: 'completed' | 'interrupted' | 'failed', error: TurnDto['error'] = null): ChatEvent {
  return told('turn.completed', { status, error, usage: NO_USAGE, turn: turnDto({ status, error }) });
}
