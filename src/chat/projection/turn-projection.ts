import type { ServerNotification } from '../../app-server/protocol/generated/ServerNotification';
import type { ThreadItem } from '../../app-server/protocol/generated/v2/ThreadItem';
import type { ThreadTokenUsage } from '../../app-server/protocol/generated/v2/ThreadTokenUsage';
import { TurnEntity } from '../entities/turn.entity';
import type { EventDraft } from '../event-log/chat-event';
import type { LogEntry } from '../event-log/log-entry';
import { addUsage, NO_USAGE, TokenUsage } from '../dto/token-usage.dto';
import { relativeDiff } from './agent-action-data';
import { AgentActions } from './agent-actions';
import { AssistantMessages, concat } from './assistant-messages';
import { Reasoning } from './reasoning';
import { turnFailure } from './turn-failure';

const NOTHING: LogEntry = { events: [] };

/**
 * What codex's notifications about one turn mean for the chat: events for its log and changes of its rows.
 *
 * It keeps the state that the mapping needs and does no I/O.
 */
export class TurnProjection {
  readonly actions: AgentActions;
  private readonly messages: AssistantMessages;
  private readonly reasoning: Reasoning;
  private usage: TokenUsage = NO_USAGE;
  private diff = '';

  /**
   * @param usageBefore tokens of the chat's earlier turns.
   * @param workspace absolute path of the chat's folder; paths in events are relative to it.
   */
  constructor(
    private readonly turn: TurnEntity,
    private readonly usageBefore: TokenUsage,
    private readonly workspace: string,
  ) {
    this.messages = new AssistantMessages(turn);
    this.actions = new AgentActions(turn, workspace);
    this.reasoning = new Reasoning(turn.id);
  }

  get turnUsage(): TokenUsage {
    return this.usage;
  }

  get chatUsage(): TokenUsage {
    return addUsage(this.usageBefore, this.usage);
  }

  /** @param notification one about this turn, or about its thread as a whole. */
  apply(notification: ServerNotification): LogEntry {
    switch (notification.method) {
      case 'item/started':
        return this.itemStarted(notification.params.item);
      case 'item/completed':
        return this.itemCompleted(notification.params.item);
      case 'item/agentMessage/delta':
        return this.messages.append(notification.params.itemId, notification.params.delta);
      case 'item/commandExecution/outputDelta':
        return this.actions.output(notification.params.itemId, notification.params.delta);
      case 'item/fileChange/patchUpdated':
        return this.actions.patch(notification.params.itemId, notification.params.changes);
      case 'item/reasoning/summaryPartAdded':
        return this.reasoning.part(notification.params.itemId, notification.params.summaryIndex);
      case 'item/reasoning/summaryTextDelta':
        return this.reasoning.summary(notification.params.itemId, notification.params.delta);
      case 'item/reasoning/textDelta':
        return this.reasoning.raw(notification.params.itemId, notification.params.delta);
      default:
        return this.applyToTurn(notification);
    }
  }

  /** Gives the messages of a turn that codex has completed their whole texts; null: those that were published are whole. */
  completeMessages(texts: readonly string[] | null): LogEntry {
    return this.messages.completeAll(texts);
  }

  /** Ends what is still open in the turn. */
  close(): LogEntry {
    return concat(this.messages.closeAll(), this.actions.closeAll());
  }

  private applyToTurn(notification: ServerNotification): LogEntry {
    switch (notification.method) {
      case 'turn/diff/updated':
        return this.diffUpdated(notification.params.diff);
      case 'turn/plan/updated': {
        const { explanation, plan } = notification.params;
        return this.event({ type: 'plan.updated', turnId: this.turn.id, data: { explanation, plan } });
      }
      case 'thread/tokenUsage/updated':
        return this.usageUpdated(notification.params.tokenUsage);
      case 'error': {
        const { error, willRetry } = notification.params;
        return this.event({ type: 'error', turnId: this.turn.id, data: { ...turnFailure(error), willRetry } });
      }
      case 'warning':
        return this.warning(notification.params.message);
      case 'model/rerouted':
        return this.warning(`The model was changed to ${notification.params.toModel}.`);
      default:
        return NOTHING;
    }
  }

  private itemStarted(item: ThreadItem): LogEntry {
    return item.type === 'agentMessage' ? this.messages.begin(item.id) : this.actions.begin(item);
  }

  private itemCompleted(item: ThreadItem): LogEntry {
    if (item.type === 'agentMessage') return this.messages.complete(item.id, item.text);
    if (item.type === 'reasoning') return this.reasoning.complete(item.id, item.summary, item.content);
    return this.actions.complete(item);
  }

  private diffUpdated(codexDiff: string): LogEntry {
    const diff = relativeDiff(codexDiff, this.workspace);
    if (diff === this.diff) return NOTHING;
    this.diff = diff;
    return this.event({ type: 'diff.updated', turnId: this.turn.id, data: { diff } });
  }

  private usageUpdated({ last, modelContextWindow }: ThreadTokenUsage): LogEntry {
    this.usage = addUsage(this.usage, last);
    const data = { usage: this.usage, chatUsage: this.chatUsage, contextWindow: modelContextWindow };
    return this.event({ type: 'usage.updated', turnId: this.turn.id, data });
  }

  private warning(message: string): LogEntry {
    return this.event({ type: 'warning', turnId: this.turn.id, data: { message } });
  }

  private event(event: EventDraft): LogEntry {
    return { events: [event] };
  }
}
