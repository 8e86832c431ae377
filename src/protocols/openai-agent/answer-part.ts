import type { AgentActionDto } from '../../chat/dto/agent-action.dto';
import type { ApprovalDto } from '../../chat/dto/approval.dto';
import type { TurnFailureDto } from '../../chat/dto/turn.dto';
import type { TokenUsage } from '../../chat/entities/token-usage.dto';
import type { ChatEvent } from '../../chat/event-log/chat-event';

/** A piece of an answer of the agent, in whichever form it is shown. */
export type AnswerPart =
  | { readonly type: 'text'; readonly id: string; readonly delta: string }
  | { readonly type: 'reasoning'; readonly id: string; readonly delta: string }
  /** A command, a change of files or a call of a tool that is over. */
  | { readonly type: 'item'; readonly item: AgentActionDto }
  | { readonly type: 'approval'; readonly approval: ApprovalDto }
  | AnswerEnd;

/** `waiting`: the turn goes on once its question is answered. */
export interface AnswerEnd {
  readonly type: 'end';
  readonly status: 'completed' | 'interrupted' | 'failed' | 'waiting';
  readonly usage: TokenUsage | undefined;
  readonly error: TurnFailureDto | null;
}

/** Maps the events of one turn, in their order. It knows how much of each text was shown, and what was used. */
export class AnswerParts {
  private readonly shown = new Map<string, number>();
  private usage: TokenUsage | undefined;

  /** @param waits whether a question ends the answer, so that it can be answered by another message */
  constructor(private readonly waits: boolean) {}

  of(event: ChatEvent): AnswerPart[] {
    switch (event.type) {
      case 'message.delta':
        return this.delta('text', event.data.messageId, event.data.delta);
      case 'message.completed':
        return this.wholeMessage(event);
      case 'reasoning.delta':
        return this.delta('reasoning', event.data.itemId, event.data.delta);
      case 'reasoning.completed':
        return this.rest('reasoning', event.data.itemId, event.data.superseded ? '' : event.data.text);
      case 'item.completed':
        return [{ type: 'item', item: event.data.item }];
      case 'approval.requested':
        return this.question(event.data.approval);
      case 'usage.updated':
        this.usage = event.data.usage;
        return [];
      case 'turn.completed': {
        const { status, usage, error } = event.data;
        return [{ type: 'end', status, usage, error }];
      }
      default:
        return [];
    }
  }

  /** Ends the answer where the turn waits for one. */
  question(approval: ApprovalDto): AnswerPart[] {
    if (approval.status !== 'pending') return [];
    const part: AnswerPart = { type: 'approval', approval };
    return this.waits ? [part, { type: 'end', status: 'waiting', usage: this.usage, error: null }] : [part];
  }

  private delta(type: 'text' | 'reasoning', id: string, delta: string): AnswerPart[] {
    this.shown.set(id, (this.shown.get(id) ?? 0) + delta.length);
    return delta === '' ? [] : [{ type, id, delta }];
  }

  private wholeMessage({ data: { message } }: Extract<ChatEvent, { type: 'message.completed' }>): AnswerPart[] {
    if (message.role !== 'assistant' || message.status === 'superseded') return [];
    const text = message.content.map((part) => (part.type === 'text' ? part.text : '')).join('');
    return this.rest('text', message.id, text);
  }

  /** What its deltas have not said: they are taken out of the log some time after the turn. */
  private rest(type: 'text' | 'reasoning', id: string, text: string): AnswerPart[] {
    return this.delta(type, id, text.slice(this.shown.get(id) ?? 0));
  }
}
