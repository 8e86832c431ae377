import type { ContentBlock, PlanEntry, SessionUpdate } from '@agentclientprotocol/sdk';
import type { AgentActionDto } from '../../chat/dto/agent-action.dto';
import type { TurnStateDto } from '../../chat/dto/chat-state.dto';
import type { ItemDeltaData, MessageDeltaData, PlanStepDto } from '../../chat/dto/event-data.dto';
import { type MessageDto, textOf } from '../../chat/dto/message.dto';
import type { ContentPart } from '../../chat/entities/message.entity';
import type { ChatEvent } from '../../chat/event-log/chat-event';
import { printed, toolCallOf } from './tool-calls';

/** Characters of a running command's output that are shown: its end. */
const OUTPUT_CHARS = 4_000;

/**
 * What a client is told of a chat, from its events on. It knows how much of each text was told, so that what the log has whole
 * behind its parts is not told twice; nothing else.
 */
export class SessionUpdates {
  /** Characters that were told of each text that is not at its end. */
  private readonly told = new Map<string, number>();
  /** What running commands have printed last. */
  private readonly outputs = new Map<string, string>();

  /** @param own sender's ids of messages that the client has sent itself, and knows */
  constructor(private readonly own: ReadonlySet<string> = new Set()) {}

  /** A batch of events, in order; of what is shown anew with each of them only the last. */
  ofBatch(events: readonly ChatEvent[]): SessionUpdate[] {
    const running = new Map(
      events.flatMap((event) => (event.type === 'command.output' ? [[event.data.itemId, event.seq] as const] : [])),
    );
    return events.flatMap((event) => {
      const updates = this.of(event);
      return event.type === 'command.output' && running.get(event.data.itemId) !== event.seq ? [] : updates;
    });
  }

  of(event: ChatEvent): SessionUpdate[] {
    switch (event.type) {
      case 'message.created':
        return event.data.message.role === 'user' ? this.userMessage(event.data.message) : [];
      case 'message.delta':
        return this.delta('agent_message_chunk', event.data.messageId, event.data);
      case 'message.completed':
        return this.completed(event.data.message);
      case 'reasoning.delta':
        return this.delta('agent_thought_chunk', event.data.itemId, event.data);
      case 'reasoning.completed':
        return event.data.superseded ? [] : this.rest('agent_thought_chunk', event.data.itemId, event.data.text);
      case 'item.started':
        return [{ sessionUpdate: 'tool_call', ...toolCallOf(event.data.item) }];
      case 'item.updated':
      case 'item.completed':
        return this.changed(event.data.item);
      case 'command.output':
        return this.output(event.data);
      case 'plan.updated':
        return [plan(event.data.plan)];
      case 'chat.updated':
        return [{ sessionUpdate: 'session_info_update', title: event.data.title }];
      case 'warning':
        return [chunk('agent_thought_chunk', `${event.data.message}\n`)];
      default:
        return [];
    }
  }

  /** What a page of the chat shows of a turn, in its order. */
  ofTurn({ messages, actions, reasoning, plan: planned }: TurnStateDto): SessionUpdate[] {
    const parts = [
      ...messages.map(({ seq, message }) => ({ seq, updates: () => this.message(message) })),
      ...actions.map(({ seq, action }) => ({ seq, updates: () => this.action(action) })),
      ...reasoning.map(({ seq, itemId, text }) => {
        return { seq, updates: () => this.rest('agent_thought_chunk', itemId, text, true) };
      }),
      ...(planned === null ? [] : [{ seq: planned.seq, updates: () => [plan(planned.plan)] }]),
    ];
    return parts.sort((a, b) => a.seq - b.seq).flatMap(({ updates }) => updates());
  }

  private message(message: MessageDto): SessionUpdate[] {
    if (message.role === 'user') return this.userMessage(message);
    return this.rest('agent_message_chunk', message.id, textOf(message.content), message.status === 'streaming');
  }

  private userMessage({ id, content, clientMessageId }: MessageDto): SessionUpdate[] {
    if (clientMessageId !== null && this.own.has(clientMessageId)) return [];
    return content.map((part) => ({ sessionUpdate: 'user_message_chunk', content: blockOf(part), messageId: id }));
  }

  private completed(message: MessageDto): SessionUpdate[] {
    if (message.role !== 'assistant' || message.status === 'superseded') return [];
    return this.rest('agent_message_chunk', message.id, textOf(message.content));
  }

  private delta(kind: ChunkKind, id: string, { delta }: MessageDeltaData | ItemDeltaData): SessionUpdate[] {
    this.told.set(id, (this.told.get(id) ?? 0) + delta.length);
    return delta === '' ? [] : [chunk(kind, delta, id)];
  }

  /** What was not told yet of a text. @param isOpen whether more of it may come */
  private rest(kind: ChunkKind, id: string, text: string, isOpen = false): SessionUpdate[] {
    const rest = text.slice(this.told.get(id) ?? 0);
    if (isOpen) this.told.set(id, text.length);
    else this.told.delete(id);
    return rest === '' ? [] : [chunk(kind, rest, id)];
  }

  private action(action: AgentActionDto): SessionUpdate[] {
    if (action.status === 'running') this.outputs.set(action.id, endOf(textIn(action.data.output)));
    return [{ sessionUpdate: 'tool_call', ...toolCallOf(action) }];
  }

  private changed(action: AgentActionDto): SessionUpdate[] {
    const { content = [], ...call } = toolCallOf(action);
    const isOver = action.status !== 'running';
    if (isOver) this.outputs.delete(action.id);
    // A command that runs shows what it has printed by the events of its output.
    return [{ sessionUpdate: 'tool_call_update', ...call, ...((isOver || content.length > 0) && { content }) }];
  }

  private output({ itemId, delta }: ItemDeltaData): SessionUpdate[] {
    const output = endOf((this.outputs.get(itemId) ?? '') + delta);
    this.outputs.set(itemId, output);
    return [{ sessionUpdate: 'tool_call_update', toolCallId: itemId, content: printed(output) }];
  }
}

type ChunkKind = 'agent_message_chunk' | 'agent_thought_chunk';

const endOf = (output: string): string => output.slice(-OUTPUT_CHARS);

/** A piece of what the agent says. */
export const chunk = (sessionUpdate: ChunkKind, text: string, messageId?: string): SessionUpdate => ({
  ...{ sessionUpdate, content: { type: 'text', text } },
  ...(messageId !== undefined && { messageId }),
});

function plan(steps: readonly PlanStepDto[]): SessionUpdate {
  const entries = steps.map(({ step: content, status }): PlanEntry => {
    return { content, priority: 'medium', status: status === 'inProgress' ? 'in_progress' : status };
  });
  return { sessionUpdate: 'plan', entries };
}

/** Pictures and files are told of by where the service has them. */
function blockOf(part: ContentPart): ContentBlock {
  if (part.type === 'text') return { type: 'text', text: part.text };
  const name = part.fileName ?? 'picture';
  const described = { name, ...(part.mediaType !== undefined && { mimeType: part.mediaType }) };
  return { type: 'resource_link', uri: part.url.startsWith('data:') ? `attachment:${name}` : part.url, ...described };
}

const textIn = (value: unknown): string => (typeof value === 'string' ? value : '');
