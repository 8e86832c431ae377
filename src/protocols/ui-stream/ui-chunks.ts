import type { UIMessageChunk } from 'ai';
import type { AgentActionDto } from '../../chat/dto/agent-action.dto';
import type { ApprovalDto } from '../../chat/dto/approval.dto';
import { textOf } from '../../chat/dto/message.dto';
import type { ChatEvent } from '../../chat/event-log/chat-event';
import {
  approvalRequest,
  approvalResponse,
  questionInput,
  questionOutput,
  toolCallOf,
  toolInput,
  toolOutput,
} from './tool-chunks';

/** What a stream is of, and what its client knows already. */
export interface StreamOf {
  readonly chatId: string;
  readonly turnId: string;
  /** Ids of the tool calls that the client has: the stream goes on behind a question. */
  readonly knownCalls?: Iterable<string>;
  /** Ids of questions that are answered already, whatever the events say. */
  readonly answered?: Iterable<string>;
}

type Kind = 'text' | 'reasoning';
type TurnEnd = Extract<ChatEvent, { type: 'turn.completed' }>['data'];

/**
 * Maps the events of one turn to the chunks of one UI message of the AI SDK, in their order. The message has the id of the turn.
 */
export class UiChunks {
  private readonly texts = new Map<string, { readonly kind: Kind; length: number; isOpen: boolean }>();
  private readonly calls: Set<string>;
  private readonly answered: Set<string>;
  private hasStarted = false;
  private isOver = false;

  constructor(private readonly stream: StreamOf) {
    this.calls = new Set(stream.knownCalls);
    this.answered = new Set(stream.answered);
    // What goes on behind a question is behind the start of its turn.
    this.hasStarted = stream.knownCalls !== undefined;
  }

  /** Whether nothing more comes in this stream: the turn is over, or waits for an answer. */
  get ended(): boolean {
    return this.isOver;
  }

  begin(): UIMessageChunk[] {
    const { chatId, turnId } = this.stream;
    return [{ type: 'start', messageId: turnId, messageMetadata: { chatId, turnId } }, { type: 'start-step' }];
  }

  of(event: ChatEvent): UIMessageChunk[] {
    if (this.isOver) return [];
    switch (event.type) {
      case 'turn.started':
        this.hasStarted = true;
        return [];
      case 'message.created':
        return this.steering(event);
      case 'message.delta':
        return this.delta('text', event.data.messageId, event.data.delta);
      case 'message.completed':
        return this.messageEnd(event);
      case 'reasoning.delta':
        return this.delta('reasoning', event.data.itemId, event.data.delta);
      case 'reasoning.completed':
        return this.whole('reasoning', event.data.itemId, event.data.superseded ? '' : event.data.text);
      case 'item.started':
        return this.call(event.data.item);
      case 'item.completed':
        return [...this.call(event.data.item), toolOutput(event.data.item)];
      case 'approval.requested':
        return this.question(event.data.approval);
      case 'approval.resolved':
        return this.answer(event.data.approval);
      case 'turn.completed':
        return this.end(event.data);
      default:
        return dataOf(event);
    }
  }

  /** Text that was added to the running turn; the one that it began with is the client's own. */
  private steering({ data: { message } }: Extract<ChatEvent, { type: 'message.created' }>): UIMessageChunk[] {
    if (message.role !== 'user' || !this.hasStarted) return [];
    return [{ type: 'steering-message', id: message.id, parts: [{ type: 'text', text: textOf(message.content) }] }];
  }

  private delta(kind: Kind, id: string, delta: string): UIMessageChunk[] {
    if (delta === '') return [];
    const known = this.texts.get(id);
    const text = known ?? { kind, length: 0, isOpen: true };
    this.texts.set(id, text);
    text.length += delta.length;
    return [...(known ? [] : [{ type: `${kind}-start` as const, id }]), { type: `${kind}-delta`, id, delta }];
  }

  private messageEnd({ data: { message } }: Extract<ChatEvent, { type: 'message.completed' }>): UIMessageChunk[] {
    if (message.role !== 'assistant') return [];
    return this.whole('text', message.id, message.status === 'superseded' ? '' : textOf(message.content));
  }

  /** With what its deltas have not said: they are taken out of the log some time after the turn. */
  private whole(kind: Kind, id: string, text: string): UIMessageChunk[] {
    const rest = this.delta(kind, id, text.slice(this.texts.get(id)?.length ?? 0));
    return [...rest, ...this.closed(id)];
  }

  private closed(id: string): UIMessageChunk[] {
    const text = this.texts.get(id);
    if (text?.isOpen !== true) return [];
    text.isOpen = false;
    return [{ type: `${text.kind}-end`, id }];
  }

  private call(item: AgentActionDto): UIMessageChunk[] {
    if (this.calls.has(item.id)) return [];
    this.calls.add(item.id);
    return [toolInput(item)];
  }

  /** One that waits ends the stream: the client answers it with its next request. */
  private question(approval: ApprovalDto): UIMessageChunk[] {
    const id = toolCallOf(approval);
    const input = this.calls.has(id) ? [] : [questionInput(approval)];
    this.calls.add(id);
    const asked = [...input, approvalRequest(approval)];
    const waits = approval.status === 'pending' && !this.answered.has(approval.id);
    return waits ? [...asked, ...this.finished('tool-calls')] : asked;
  }

  private answer(approval: ApprovalDto): UIMessageChunk[] {
    if (!this.calls.has(toolCallOf(approval))) return [];
    const isOwnCall = toolCallOf(approval) === approval.id;
    return [approvalResponse(approval), ...(isOwnCall ? [questionOutput(approval)] : [])];
  }

  private end({ status, usage, error }: TurnEnd): UIMessageChunk[] {
    if (status === 'completed') return this.finished('stop', { usage });
    if (status === 'interrupted') {
      return [{ type: 'abort', reason: 'The turn was interrupted.' }, ...this.finished('interrupted', { usage })];
    }
    const errorText = error === null ? 'The turn has failed.' : `${error.message} (${error.code})`;
    return [...this.finished('error', { usage, error }), { type: 'error', errorText }];
  }

  private finished(
    finishReason: 'stop' | 'tool-calls' | 'error' | 'interrupted',
    messageMetadata?: object,
  ): UIMessageChunk[] {
    this.isOver = true;
    const open = [...this.texts.keys()].flatMap((id) => this.closed(id));
    return [
      ...open,
      { type: 'finish-step' },
      { type: 'finish', finishReason, ...(messageMetadata && { messageMetadata }) },
    ];
  }
}

/** What has no part of its own: data parts, of which a later one with the same id takes the place of the earlier. */
function dataOf(event: ChatEvent): UIMessageChunk[] {
  switch (event.type) {
    case 'usage.updated':
      return [{ type: 'data-usage', id: 'usage', data: event.data }];
    case 'plan.updated':
      return [{ type: 'data-plan', id: 'plan', data: event.data }];
    case 'warning':
      return [{ type: 'data-warning', data: event.data, transient: true }];
    case 'error':
      return [{ type: 'data-error', data: event.data, transient: true }];
    default:
      return [];
  }
}
