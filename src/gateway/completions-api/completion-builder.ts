import { JsonObject } from '../wire/json';
import { CallTokens, completionUsageOf } from '../wire/usage';
import {
  CompletionDelta,
  CompletionFrame,
  CompletionOutput,
  FinishReason,
  ReasoningDetail,
  ToolCallDelta,
} from './completion-chunk';

interface WholeCall {
  readonly first: ToolCallDelta;
  readonly pieces: string[];
}

/** Collects an answer into one completion. */
export class CompletionBuilder implements CompletionOutput {
  private readonly content: string[] = [];
  private readonly reasoning: string[] = [];
  private readonly details: ReasoningDetail[] = [];
  private readonly calls = new Map<number, WholeCall>();
  private done: JsonObject | undefined;

  constructor(private readonly frame: CompletionFrame) {}

  /** The completion, once it has finished. */
  get result(): JsonObject | undefined {
    return this.done;
  }

  delta({ content, reasoning_content, reasoning_details, tool_calls }: CompletionDelta): void {
    if (content !== undefined) this.content.push(content);
    if (reasoning_content !== undefined) this.reasoning.push(reasoning_content);
    this.details.push(...(reasoning_details ?? []));
    for (const call of tool_calls ?? []) this.addCall(call);
  }

  finish(finish_reason: FinishReason, tokens: CallTokens | undefined): void {
    const { id, created, model } = this.frame;
    const choices = [{ index: 0, message: this.message(), logprobs: null, finish_reason }];
    const usage = tokens === undefined ? {} : { usage: completionUsageOf(tokens) };
    this.done = { id, object: 'chat.completion', created, model, choices, ...usage };
  }

  private addCall(delta: ToolCallDelta): void {
    const piece = delta.function?.arguments ?? delta.custom?.input ?? '';
    const known = this.calls.get(delta.index);
    if (known === undefined) this.calls.set(delta.index, { first: delta, pieces: [piece] });
    else known.pieces.push(piece);
  }

  private message(): JsonObject {
    const content = this.content.join('');
    const reasoning = this.reasoning.join('');
    const calls = [...this.calls.values()].map(wholeCall);
    return {
      role: 'assistant',
      content: content === '' && calls.length > 0 ? null : content,
      refusal: null,
      ...(reasoning === '' ? {} : { reasoning_content: reasoning }),
      ...(this.details.length === 0 ? {} : { reasoning_details: this.details }),
      ...(calls.length === 0 ? {} : { tool_calls: calls }),
    };
  }
}

function wholeCall({ first, pieces }: WholeCall): JsonObject {
  const { id, type } = first;
  const input = pieces.join('');
  if (type === 'custom') return { id, type, custom: { name: first.custom?.name, input } };
  return { id, type, function: { name: first.function?.name, arguments: input } };
}
