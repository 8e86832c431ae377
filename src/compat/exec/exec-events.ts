import type { AgentActionDto } from '../../chat/dto/agent-action.dto';
import type { ApprovalDto } from '../../chat/dto/approval.dto';
import type { PlanStepDto, TurnCompletedData } from '../../chat/dto/event-data.dto';
import { type MessageDto, textOf } from '../../chat/dto/message.dto';
import type { TokenUsage } from '../../chat/entities/token-usage.dto';
import type { ChatEvent } from '../../chat/event-log/chat-event';
import type { ExecApproval, ExecEvent, ExecItemDetails, ExecTodo, ExecUsage } from './exec-event';
import { execItem } from './exec-item';

type ItemEvent = 'item.started' | 'item.updated' | 'item.completed';

/**
 * The events of a chat as those of `codex exec --json`. It numbers items and keeps what a later event is about; it does no I/O.
 */
export class ExecEvents {
  private count = 0;
  private readonly idsOfActions = new Map<string, string>();
  private readonly prompts = new Map<string, string>();
  private todo: { readonly id: string; items: readonly ExecTodo[] } | undefined;
  private isOpen = false;

  /** @param tellsPrompts whether a turn is told with what the user has said, as where it is told again */
  constructor(private readonly tellsPrompts = false) {}

  /** A turn has begun and has not ended. */
  get isInTurn(): boolean {
    return this.isOpen;
  }

  /** @param event the next of the chat's log, or of one turn of it */
  of(event: ChatEvent): readonly ExecEvent[] {
    switch (event.type) {
      case 'message.created':
        this.keepPrompt(event.data.message);
        return [];
      case 'turn.started':
        return [this.turnStarted(event.data.turn.id)];
      case 'message.completed':
        return this.message(event.data.message);
      case 'item.started':
      case 'item.updated':
      case 'item.completed':
        return this.action(event.type, event.data.item);
      case 'plan.updated':
        return [this.plan(event.data.plan)];
      case 'approval.requested':
      case 'approval.resolved':
        return [{ type: event.type, approval: this.approval(event.data.approval) }];
      case 'turn.completed':
        return this.turnCompleted(event.data);
      default:
        return this.spoken(event);
    }
  }

  /** What is said to a person. */
  private spoken(event: ChatEvent): readonly ExecEvent[] {
    switch (event.type) {
      case 'reasoning.completed':
        if (event.data.superseded || event.data.text.trim() === '') return [];
        return [this.completed({ type: 'reasoning', text: event.data.text })];
      case 'warning':
      case 'context.omitted':
        return [this.completed({ type: 'error', message: event.data.message })];
      case 'error':
        return [{ type: 'error', message: event.data.message }];
      default:
        return [];
    }
  }

  private keepPrompt({ role, turnId, content }: MessageDto): void {
    // The first: what comes to a turn that has begun is added to it.
    if (this.tellsPrompts && role === 'user' && !this.prompts.has(turnId)) this.prompts.set(turnId, textOf(content));
  }

  private turnStarted(turnId: string): ExecEvent {
    this.isOpen = true;
    const prompt = this.prompts.get(turnId);
    return { type: 'turn.started', ...(prompt !== undefined && { prompt }) };
  }

  /** What broke off is not told: another message takes its place. */
  private message({ role, status, content }: MessageDto): readonly ExecEvent[] {
    if (role !== 'assistant' || status === 'superseded') return [];
    return [this.completed({ type: 'agent_message', text: textOf(content) })];
  }

  private action(type: ItemEvent, action: AgentActionDto): readonly ExecEvent[] {
    const details = execItem(action);
    if (details === undefined) return [];
    const known = this.idsOfActions.get(action.id);
    const id = known ?? this.nextId();
    if (type === 'item.completed') this.idsOfActions.delete(action.id);
    else this.idsOfActions.set(action.id, id);
    return [{ type, item: { id, ...details } }];
  }

  private plan(steps: readonly PlanStepDto[]): ExecEvent {
    const items = steps.map(({ step, status }) => ({ text: step, completed: status === 'completed' }));
    const type = this.todo === undefined ? 'item.started' : 'item.updated';
    this.todo = { id: this.todo?.id ?? this.nextId(), items };
    return { type, item: { id: this.todo.id, type: 'todo_list', items } };
  }

  private approval(approval: ApprovalDto): ExecApproval {
    const { id, kind, request, decisions, status, decision, itemId, expiresAt } = approval;
    const item_id = itemId === null ? null : (this.idsOfActions.get(itemId) ?? null);
    return { id, item_id, kind, request, decisions, status, decision, expires_at: expiresAt };
  }

  /** The program ends without a word where a turn was stopped; here it has failed. */
  private turnCompleted({ status, usage, error, turn }: TurnCompletedData): readonly ExecEvent[] {
    this.isOpen = false;
    this.prompts.delete(turn.id);
    const todo = this.takeTodo();
    if (status === 'completed') return [...todo, { type: 'turn.completed', usage: execUsage(usage) }];
    const message = error?.message ?? (status === 'interrupted' ? 'The turn was interrupted.' : 'turn failed');
    return [...todo, { type: 'turn.failed', error: { message } }];
  }

  private takeTodo(): readonly ExecEvent[] {
    const { todo } = this;
    this.todo = undefined;
    return todo === undefined
      ? []
      : [{ type: 'item.completed', item: { id: todo.id, type: 'todo_list', items: todo.items } }];
  }

  private completed(details: ExecItemDetails): ExecEvent {
    return { type: 'item.completed', item: { id: this.nextId(), ...details } };
  }

  private nextId(): string {
    return `item_${this.count++}`;
  }
}

const execUsage = (usage: TokenUsage): ExecUsage => ({
  input_tokens: usage.inputTokens,
  cached_input_tokens: usage.cachedInputTokens,
  cache_write_input_tokens: 0,
  output_tokens: usage.outputTokens,
  reasoning_output_tokens: usage.reasoningOutputTokens,
});

/** The agent's last message among the events of a turn; empty where it wrote none. */
export function finalResponse(events: readonly ExecEvent[]): string {
  const texts = events.flatMap((event) =>
    event.type === 'item.completed' && event.item.type === 'agent_message' ? [event.item.text] : [],
  );
  return texts.at(-1) ?? '';
}
