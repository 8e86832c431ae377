import { JsonObject } from '../wire/json';
import { CallTokens, completionUsageOf } from '../wire/usage';
import { CompletionWriter } from './completion-writer';

/** Why an answer ended, in the words of the chat completions API. */
export type FinishReason = 'stop' | 'length' | 'tool_calls' | 'content_filter';

/** A piece of a tool call: the first one of an index has id, type and name, the others add to its input. */
export interface ToolCallDelta {
  readonly index: number;
  readonly id?: string;
  readonly type?: 'function' | 'custom';
  readonly function?: { readonly name?: string; readonly arguments: string };
  readonly custom?: { readonly name?: string; readonly input: string };
}

/** Our envelope of what a provider wants back next time, in the field that OpenRouter has for such things. */
export interface ReasoningDetail {
  readonly type: 'reasoning.encrypted';
  readonly data: string;
}

/** What a chunk adds to the answer. */
export interface CompletionDelta {
  readonly role?: 'assistant';
  readonly content?: string;
  readonly reasoning_content?: string;
  readonly reasoning_details?: readonly ReasoningDetail[];
  readonly tool_calls?: readonly ToolCallDelta[];
}

/** The fields that all chunks of an answer share. */
export interface CompletionFrame {
  readonly id: string;
  /** Unix seconds. */
  readonly created: number;
  /** As the client named it. */
  readonly model: string;
}

/** Takes in an answer piece by piece. */
export interface CompletionOutput {
  delta(delta: CompletionDelta): void;
  /** @param tokens undefined where the provider does not say */
  finish(reason: FinishReason, tokens: CallTokens | undefined): void;
}

/** Sends an answer as chunks; what they share is made once. */
export class ChunkStream implements CompletionOutput {
  private readonly head: string;
  private readonly usageField: string;
  private begun = false;

  /** @param includeUsage whether a last chunk has the usage */
  constructor(
    { id, created, model }: CompletionFrame,
    private readonly includeUsage: boolean,
    private readonly writer: CompletionWriter,
  ) {
    this.head = `data: ${JSON.stringify({ id, object: 'chat.completion.chunk', created, model }).slice(0, -1)},"choices":[`;
    this.usageField = includeUsage ? ',"usage":null' : '';
  }

  delta(delta: CompletionDelta): void {
    if (!this.begun) {
      this.begun = true;
      this.choice({ role: 'assistant', content: '' }, null);
    }
    this.choice(delta, null);
  }

  finish(reason: FinishReason, tokens: CallTokens | undefined): void {
    if (!this.begun) this.delta({ content: '' });
    this.choice({}, reason);
    const usage = tokens === undefined ? null : completionUsageOf(tokens);
    if (this.includeUsage) this.writer.write(`${this.head}],"usage":${JSON.stringify(usage)}}\n\n`);
    this.writer.write('data: [DONE]\n\n');
  }

  private choice(delta: CompletionDelta, reason: FinishReason | null): void {
    const choice = { index: 0, delta, logprobs: null, finish_reason: reason };
    this.writer.write(`${this.head}${JSON.stringify(choice)}]${this.usageField}}\n\n`);
  }
}

interface CompleteCall {
  readonly first: ToolCallDelta;
  readonly pieces: string[];
}

/** Collects an answer into one completion. */
export class CompletionBuilder implements CompletionOutput {
  private readonly content: string[] = [];
  private readonly reasoning: string[] = [];
  private readonly details: ReasoningDetail[] = [];
  private readonly calls = new Map<number, CompleteCall>();
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
    const calls = [...this.calls.values()].map(completeCall);
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

function completeCall({ first, pieces }: CompleteCall): JsonObject {
  const { id, type } = first;
  const input = pieces.join('');
  if (type === 'custom') return { id, type, custom: { name: first.custom?.name, input } };
  return { id, type, function: { name: first.function?.name, arguments: input } };
}
