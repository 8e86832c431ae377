import { CallTokens } from '../wire/usage';

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
  /** @param tokens undefined where the provider does not tell */
  finish(reason: FinishReason, tokens: CallTokens | undefined): void;
}
