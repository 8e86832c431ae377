import type { Approval, ChatEvent, CommandAction, Message, Turn, TurnStatus } from '../api/types';
import type { EventOf, EventType, Usage } from '../api/types';

const at = '2026-01-01T00:00:00.000Z';

export const noUsage: Usage = {
  inputTokens: 0,
  cachedInputTokens: 0,
  outputTokens: 0,
  reasoningOutputTokens: 0,
  totalTokens: 0,
};

/** Numbers the events of a chat as the server does. */
export class LogFixture {
  private seq = 0;

  event<T extends EventType>(type: T, data: EventOf<T>['data'], turnId: string | null = 't1') {
    return { chatId: 'c1', previousSeq: this.seq, seq: ++this.seq, turnId, type, at, data };
  }
}

export function turn(status: TurnStatus, id = 't1'): Turn {
  return {
    id,
    chatId: 'c1',
    status,
    kind: 'message',
    mode: 'default',
    error: null,
    copiedFrom: null,
    backend: null,
    model: null,
    usage: noUsage,
    createdAt: at,
    startedAt: at,
    endedAt: null,
  };
}

export function message(
  id: string,
  role: Message['role'],
  text: string,
  turnId = 't1',
  clientMessageId: string | null = null,
): Message {
  const content = text ? [{ type: 'text' as const, text }] : [];
  return { id, chatId: 'c1', turnId, role, author: null, content, status: 'final', clientMessageId, createdAt: at };
}

export function command(status: CommandAction['status'], output: string, exitCode: number | null): CommandAction {
  const data = { command: 'ls', cwd: '/', output, exitCode, durationMs: null };
  return {
    id: 'i1',
    chatId: 'c1',
    turnId: 't1',
    kind: 'command',
    status,
    title: 'ls',
    startedAt: at,
    endedAt: null,
    data,
  };
}

export function approval(status: Approval['status'], itemId: string | null = null): Approval {
  const line = { text: 'date', length: 4, marks: [], markCount: 0 };
  const command = { command: 'date', argv: ['date'], shell: null, line };
  const request = { ...command, cwd: '/', isInside: false, reason: null };
  const times = { ruleIds: null, expiresAt: at, createdAt: at, resolvedAt: null, resolvedBy: null };
  const decision = status === 'resolved' ? 'accept' : null;
  const decisions = ['accept', 'decline'];
  const about = { id: 'a1', chatId: 'c1', turnId: 't1', itemId, decisions, choices: [], display: {} };
  return { ...about, ...times, kind: 'command', request, status, decision };
}

/** A turn that has been asked for, and runs. */
export function begunTurn(log: LogFixture, clientMessageId: string | null = null): ChatEvent[] {
  return [
    log.event('message.created', { message: message('m1', 'user', 'hello', 't1', clientMessageId) }),
    log.event('turn.queued', { turn: turn('queued'), position: 0 }),
    log.event('turn.started', { turn: turn('running') }),
  ];
}
