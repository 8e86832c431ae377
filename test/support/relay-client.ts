import type { AgentActionDto } from '../../src/chat/dto/agent-action.dto';
import type { ApprovalDto } from '../../src/chat/dto/approval.dto';
import type { ChatDto, CreateChatDto } from '../../src/chat/dto/chat.dto';
import type { MessageDto } from '../../src/chat/dto/message.dto';
import type { MessageAcceptedDto, SendMessageDto, TurnResultDto } from '../../src/chat/dto/send-message.dto';
import type { TurnDto } from '../../src/chat/dto/turn.dto';
import type { ChatEvent } from '../../src/chat/event-log/chat-event';
import type { Problem } from '../../src/common/problem.dto';
import type { Page } from '../../src/database/page';
import { SseClient } from './sse-client';

/** An answer of the REST API, whatever its status. */
export interface Answer<T> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: T;
}

/** The answered approval, or the code of the problem. */
type ApprovalAnswer = Partial<ApprovalDto> & { readonly code?: string };
export type MessageInput = Partial<SendMessageDto> & { content: unknown };
const JSON_BODY = { 'content-type': 'application/json' };

/** The REST API as a caller sees it; the methods that return plain values throw for any other status than 2xx. */
export class RelayClient {
  /**
   * @param key the caller's bearer token, if there is one
   * @param userId whom the calls name, where the service has `ALLOW_USER_ID_OVERRIDE`
   */
  constructor(
    readonly url: string,
    private readonly key?: string,
    private readonly userId?: string,
  ) {}

  /** @param body a string is sent as it is, anything else as JSON. */
  async request<T = Problem>(method: string, path: string, body?: unknown, headers = {}): Promise<Answer<T>> {
    const response = await fetch(`${this.url}${path}`, {
      method,
      headers: { ...(body === undefined ? {} : JSON_BODY), ...this.authorization, ...headers },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    const json = response.headers.get('content-type')?.includes('json') ?? false;
    return { status: response.status, headers: response.headers, body: (json ? JSON.parse(text) : text) as T };
  }

  createChat(input: CreateChatDto = {}): Promise<ChatDto> {
    return this.call('POST', '/api/v1/chats', input);
  }

  chat(id: string): Promise<ChatDto> {
    return this.call('GET', `/api/v1/chats/${id}`);
  }

  /** Answered as soon as the message is stored. */
  send(chatId: string, input: string | MessageInput): Promise<MessageAcceptedDto> {
    return this.call('POST', `/api/v1/chats/${chatId}/messages`, inputOf(input));
  }

  /** Answered when the turn has ended. */
  ask(chatId: string, input: string | MessageInput): Promise<TurnResultDto> {
    return this.call('POST', `/api/v1/chats/${chatId}/messages?wait=true`, inputOf(input));
  }

  /** The events of the message's turn, to its end. */
  askStreaming(chatId: string, input: string | MessageInput): Promise<SseClient> {
    return SseClient.open(`${this.url}/api/v1/chats/${chatId}/messages`, {
      method: 'POST',
      headers: { ...JSON_BODY, ...this.authorization },
      body: JSON.stringify(inputOf(input)),
    });
  }

  /** The log of a chat from `after` on, then live. */
  follow(chatId: string, { after, lastEventId }: { after?: number; lastEventId?: string } = {}): Promise<SseClient> {
    const query = after === undefined ? '' : `?after=${after}`;
    const from: Record<string, string> = lastEventId === undefined ? {} : { 'last-event-id': lastEventId };
    const headers = { ...from, ...this.authorization };
    return SseClient.open(`${this.url}/api/v1/chats/${chatId}/events${query}`, { headers });
  }

  messages(chatId: string): Promise<MessageDto[]> {
    return this.all(`/api/v1/chats/${chatId}/messages`);
  }

  turns(chatId: string): Promise<TurnDto[]> {
    return this.all(`/api/v1/chats/${chatId}/turns`);
  }

  agentActions(chatId: string): Promise<AgentActionDto[]> {
    return this.all(`/api/v1/chats/${chatId}/agent-actions`);
  }

  events(chatId: string): Promise<ChatEvent[]> {
    return this.all(`/api/v1/chats/${chatId}/events`);
  }

  approvals(chatId: string): Promise<ApprovalDto[]> {
    return this.all(`/api/v1/chats/${chatId}/approvals`);
  }

  answer(approvalId: string, decision: unknown): Promise<Answer<ApprovalAnswer>> {
    return this.request('POST', `/api/v1/approvals/${approvalId}`, { decision });
  }

  interrupt(chatId: string): Promise<{ turnId: string | null }> {
    return this.call('POST', `/api/v1/chats/${chatId}/interrupt`);
  }

  steer(chatId: string, content: string): Promise<MessageAcceptedDto> {
    return this.call('POST', `/api/v1/chats/${chatId}/steer`, { content });
  }

  private get authorization(): Record<string, string> {
    return {
      ...(this.key !== undefined && { authorization: `Bearer ${this.key}` }),
      ...(this.userId !== undefined && { 'x-user-id': this.userId }),
    };
  }

  /** Every entry of a list, page by page. */
  private async all<T>(path: string): Promise<T[]> {
    const entries: T[] = [];
    let query: string | null = '?limit=500';
    while (query !== null) {
      const page: Page<T> = await this.call('GET', `${path}${query}`);
      entries.push(...page.data);
      query = page.nextCursor === null ? null : `?limit=500&cursor=${encodeURIComponent(page.nextCursor)}`;
    }
    return entries;
  }

  private async call<T>(method: string, path: string, body?: unknown): Promise<T> {
    const { status, body: answer } = await this.request<T>(method, path, body);
    if (status >= 300) throw new Error(`${method} ${path} was answered ${status}: ${JSON.stringify(answer)}`);
    return answer;
  }
}

const inputOf = (input: string | MessageInput): MessageInput =>
  typeof input === 'string' ? { content: input } : input;

/** The text of a message. */
export const textOf = (message: MessageDto | null | undefined): string =>
  (message?.content ?? []).map((part) => (part.type === 'text' ? part.text : '')).join('');
