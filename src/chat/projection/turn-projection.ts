import type { AgentEvent } from '../../app-server/agent/agent-event';
import type { AgentItem } from '../../app-server/agent/agent-item';
import { unreportedAction } from '../../app-server/agent/unreported-call';
import { newId } from '../../common/ids';
import { addUsage, NO_USAGE, TokenUsage } from '../entities/token-usage.dto';
import { TurnEntity } from '../entities/turn.entity';
import { EventDraft, warning } from '../event-log/chat-event';
import { concat, LogEntry } from '../event-log/log-entry';
import { AgentActions } from './agent-actions';
import { AssistantMessages } from './assistant-messages';
import { compactedIn } from './context-events';
import { UnreportedCall, UnreportedCalls } from './unreported-calls';

const NOTHING: LogEntry = { events: [] };

/**
 * What the agent's events of one turn mean for the chat: events for its log and changes of its rows.
 *
 * It keeps the state that the mapping needs and does no I/O.
 */
export class TurnProjection {
  readonly actions: AgentActions;
  /** To be told what the model calls. */
  readonly calls = new UnreportedCalls();
  private readonly messages: AssistantMessages;
  private readonly reasoning: Reasoning;
  private usage: TokenUsage = NO_USAGE;
  private diff = '';

  /**
   * @param usageBefore tokens of the chat's earlier turns.
   * @param workspace absolute path of the chat's folder
   */
  constructor(
    private readonly turn: TurnEntity,
    private readonly usageBefore: TokenUsage,
    private readonly workspace: string,
  ) {
    this.messages = new AssistantMessages(turn);
    this.actions = new AgentActions(turn);
    this.reasoning = new Reasoning(turn.id);
  }

  get turnUsage(): TokenUsage {
    return this.usage;
  }

  get chatUsage(): TokenUsage {
    return addUsage(this.usageBefore, this.usage);
  }

  /** @param event one of this turn, or of its thread as a whole. */
  apply(event: AgentEvent): LogEntry {
    const unreported = this.calls.passedBy(event);
    const reported = this.applyReported(event);
    return unreported.length === 0 ? reported : concat(this.recordCalls(unreported), reported);
  }

  private applyReported(event: AgentEvent): LogEntry {
    switch (event.type) {
      case 'itemStarted':
        return this.itemStarted(event.item);
      case 'itemCompleted':
        return this.itemCompleted(event.item);
      case 'messageDelta':
        return this.messages.append(event.itemId, event.delta);
      case 'commandOutput':
        return this.actions.output(event.itemId, event.delta);
      case 'fileChangeUpdated':
        return this.actions.patch(event.itemId, event.changes);
      case 'reasoningSummary':
        return this.reasoning.summary(event.itemId, event.delta);
      case 'reasoningText':
        return this.reasoning.raw(event.itemId, event.delta);
      default:
        return this.applyToTurn(event);
    }
  }

  /** Gives the messages of a completed turn their whole texts; null: those that were published are whole. */
  completeMessages(texts: readonly string[] | null): LogEntry {
    return this.messages.completeAll(texts);
  }

  /** Ends what is still open in the turn. */
  close(): LogEntry {
    return concat(
      ...[this.recordCalls(this.calls.takeAll()), this.reasoning.closeAll()],
      ...[this.messages.closeAll(), this.actions.closeAll()],
    );
  }

  private recordCalls(calls: readonly UnreportedCall[]): LogEntry {
    return concat(
      ...calls.map(({ call, calledAt, output }) =>
        this.actions.unreportedAction(call.id, unreportedAction(call, output, this.workspace), calledAt),
      ),
    );
  }

  private applyToTurn(event: AgentEvent): LogEntry {
    const turnId = this.turn.id;
    switch (event.type) {
      case 'diffUpdated':
        return this.diffUpdated(event.diff);
      case 'planUpdated':
        return entryOf({ type: 'plan.updated', turnId, data: { explanation: event.explanation, plan: event.plan } });
      case 'usageUpdated':
        this.reasoning.endCall();
        this.usage = addUsage(this.usage, event.usage);
        return entryOf({
          ...{ type: 'usage.updated', turnId },
          data: {
            ...{ usage: this.usage, chatUsage: this.chatUsage, contextWindow: event.contextWindow },
            contextTokens: event.usage.totalTokens,
          },
        });
      case 'error':
        return concat(
          entryOf({ type: 'error', turnId, data: { ...event.failure, willRetry: event.willRetry } }),
          ...(event.willRetry ? [this.messages.supersedeOpen(), this.reasoning.supersede()] : []),
        );
      case 'warning':
        return entryOf(warning(turnId, event.message));
      default:
        return NOTHING;
    }
  }

  private itemStarted(item: AgentItem): LogEntry {
    if (item.type === 'message') return this.messages.begin(item.id, item.isPlan);
    return item.type === 'action' ? this.actions.begin(item.id, item.action) : NOTHING;
  }

  private itemCompleted(item: AgentItem): LogEntry {
    if (item.type === 'message') return this.messages.complete(item.id, item.text, item.isPlan);
    if (item.type === 'reasoning') return this.reasoning.complete(item.id, item.text);
    if (item.type === 'compaction') return entryOf(compactedIn(this.turn));
    return item.type === 'action' ? this.actions.complete(item.id, item.action) : NOTHING;
  }

  private diffUpdated(diff: string): LogEntry {
    if (diff === this.diff) return NOTHING;
    this.diff = diff;
    return entryOf({ type: 'diff.updated', turnId: this.turn.id, data: { diff } });
  }
}

interface OpenReasoning {
  readonly id: string;
  hasSummary: boolean;
  /** Pieces of what was published so far. */
  readonly pieces: string[];
}

/** The agent's reasoning of one turn, by the agent's id of the item. */
class Reasoning {
  private readonly open = new Map<string, OpenReasoning>();
  /** Ids of what has been completed in the call of the model that runs. */
  private completed: string[] = [];

  constructor(private readonly turnId: string) {}

  summary(itemId: string, delta: string): LogEntry {
    this.entry(itemId).hasSummary = true;
    return this.delta(itemId, delta);
  }

  /** The raw reasoning of open models; published where there is no summary of it. */
  raw(itemId: string, delta: string): LogEntry {
    return this.entry(itemId).hasSummary ? NOTHING : this.delta(itemId, delta);
  }

  /** @param text empty: what was published is all of it */
  complete(itemId: string, text: string): LogEntry {
    const { id, pieces } = this.entry(itemId);
    const whole = text || pieces.join('');
    this.open.delete(itemId);
    if (whole === '') return NOTHING;
    this.completed.push(id);
    return entryOf({
      type: 'reasoning.completed',
      turnId: this.turnId,
      data: { itemId: id, text: whole, superseded: false },
    });
  }

  /** What the agent has not ended stays as far as it was published. */
  closeAll(): LogEntry {
    return concat(...[...this.open.keys()].map((itemId) => this.complete(itemId, '')));
  }

  /** The call of the model has come to its end. */
  endCall(): void {
    this.completed = [];
  }

  /** The call of the model broke off, and it thinks again. */
  supersede(): LogEntry {
    const open = [...this.open.values()].map(({ id }) => id);
    const events = [...this.completed, ...open].map((itemId): EventDraft => {
      return { type: 'reasoning.completed', turnId: this.turnId, data: { itemId, text: '', superseded: true } };
    });
    this.open.clear();
    this.endCall();
    return { events };
  }

  private delta(itemId: string, delta: string): LogEntry {
    const { id, pieces } = this.entry(itemId);
    pieces.push(delta);
    return entryOf({ type: 'reasoning.delta', turnId: this.turnId, data: { itemId: id, delta } });
  }

  private entry(itemId: string): OpenReasoning {
    const entry = this.open.get(itemId) ?? { id: newId(), hasSummary: false, pieces: [] };
    this.open.set(itemId, entry);
    return entry;
  }
}

const entryOf = (event: EventDraft): LogEntry => ({ events: [event] });
