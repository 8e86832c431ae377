import type { SharedV4ProviderMetadata } from '@ai-sdk/provider';
import { ReasoningEnvelope, sealEnvelope } from '../../providers/translation/reasoning-envelope';
import { freeformInput, ToolIdentity } from '../../providers/translation/tool-catalog';
import { Emit } from '../../wire/response-event';
import {
  CustomToolCallItem,
  FunctionCallItem,
  ItemStatus,
  MessageItem,
  outputText,
  ReasoningItem,
  SummaryText,
  uniqueId,
} from '../../wire/response-object';

/** An assistant message in the making: announces itself, then a delta each, then its end with all of its text. */
export class MessageStream {
  private readonly id = uniqueId('msg');
  private text = '';

  constructor(
    readonly outputIndex: number,
    private readonly emit: Emit,
  ) {
    const item: MessageItem = { type: 'message', id: this.id, status: 'in_progress', role: 'assistant', content: [] };
    emit({ type: 'response.output_item.added', output_index: outputIndex, item });
    emit({ type: 'response.content_part.added', ...this.position, part: outputText('') });
  }

  delta(delta: string): void {
    if (delta === '') return;
    this.text += delta;
    this.emit({ type: 'response.output_text.delta', ...this.position, delta, logprobs: [] });
  }

  end(status: ItemStatus = 'completed'): MessageItem {
    const part = outputText(this.text);
    const item: MessageItem = {
      type: 'message',
      id: this.id,
      status,
      role: 'assistant',
      content: [part],
    };
    this.emit({ type: 'response.output_text.done', ...this.position, text: this.text, logprobs: [] });
    this.emit({ type: 'response.content_part.done', ...this.position, part });
    this.emit({ type: 'response.output_item.done', output_index: this.outputIndex, item });
    return item;
  }

  private get position(): { item_id: string; output_index: number; content_index: number } {
    return { item_id: this.id, output_index: this.outputIndex, content_index: 0 };
  }
}

const summaryText = (text: string): SummaryText => ({ type: 'summary_text', text });

/** Reasoning in the making, shown as a summary; what the provider wants back goes into the item's envelope. */
export class ReasoningStream {
  private readonly id = uniqueId('rs');
  private text = '';
  private metadata: SharedV4ProviderMetadata | undefined;

  constructor(
    readonly outputIndex: number,
    private readonly backendId: string,
    private readonly emit: Emit,
  ) {
    emit({ type: 'response.output_item.added', output_index: outputIndex, item: this.item('in_progress', []) });
  }

  delta(delta: string): void {
    if (delta === '') return;
    if (this.text === '')
      this.emit({ type: 'response.reasoning_summary_part.added', ...this.position, part: summaryText('') });
    this.text += delta;
    this.emit({ type: 'response.reasoning_summary_text.delta', ...this.position, delta });
  }

  /** Signatures come with any part of the reasoning; the last word of a key counts. */
  addMetadata(metadata: SharedV4ProviderMetadata | undefined): void {
    for (const [provider, values] of Object.entries(metadata ?? {})) {
      this.metadata = { ...this.metadata, [provider]: { ...this.metadata?.[provider], ...values } };
    }
  }

  end(carried: Pick<ReasoningEnvelope, 'calls' | 'text'> = {}, status: ItemStatus = 'completed'): ReasoningItem {
    const part = summaryText(this.text);
    if (this.text !== '') {
      this.emit({ type: 'response.reasoning_summary_text.done', ...this.position, text: this.text });
      this.emit({ type: 'response.reasoning_summary_part.done', ...this.position, part });
    }
    const envelope = sealEnvelope({ backendId: this.backendId, metadata: this.metadata, ...carried });
    const item = this.item(status, this.text === '' ? [] : [part], envelope);
    this.emit({ type: 'response.output_item.done', output_index: this.outputIndex, item });
    return item;
  }

  private item(status: ItemStatus, summary: SummaryText[], envelope?: string): ReasoningItem {
    return { type: 'reasoning', id: this.id, status, summary, encrypted_content: envelope };
  }

  private get position(): { item_id: string; output_index: number; summary_index: number } {
    return { item_id: this.id, output_index: this.outputIndex, summary_index: 0 };
  }
}

/** A tool call in the making. */
export interface CallStream {
  readonly outputIndex: number;
  delta(delta: string): void;
  /** `input`: all that the deltas said. */
  end(input: string): FunctionCallItem | CustomToolCallItem;
}

export function openCall(tool: ToolIdentity, callId: string, outputIndex: number, emit: Emit): CallStream {
  const Stream = tool.kind === 'custom' ? CustomCallStream : FunctionCallStream;
  return new Stream(tool, callId, outputIndex, emit);
}

class FunctionCallStream implements CallStream {
  private readonly id = uniqueId('fc');
  private hasArguments = false;

  constructor(
    private readonly tool: ToolIdentity,
    private readonly callId: string,
    readonly outputIndex: number,
    private readonly emit: Emit,
  ) {
    emit({ type: 'response.output_item.added', output_index: outputIndex, item: this.item('in_progress', '') });
  }

  delta(delta: string): void {
    if (delta === '') return;
    this.hasArguments = true;
    this.emit({ type: 'response.function_call_arguments.delta', ...this.position, delta });
  }

  end(input: string): FunctionCallItem {
    const item = this.item('completed', input.trim() === '' ? '{}' : input);
    const { name, arguments: text } = item;
    // Clients that put arguments together from deltas would call the tool without any.
    if (!this.hasArguments) this.delta(text);
    this.emit({ type: 'response.function_call_arguments.done', ...this.position, name, arguments: text });
    this.emit({ type: 'response.output_item.done', output_index: this.outputIndex, item });
    return item;
  }

  private item(status: ItemStatus, text: string): FunctionCallItem {
    const { name, namespace } = this.tool;
    return { type: 'function_call', id: this.id, status, call_id: this.callId, name, namespace, arguments: text };
  }

  private get position(): { item_id: string; output_index: number } {
    return { item_id: this.id, output_index: this.outputIndex };
  }
}

/** A freeform call: upstream it is `{"input": "..."}`, so its text is known, and sent, only at the end. */
class CustomCallStream implements CallStream {
  private readonly id = uniqueId('ctc');

  constructor(
    private readonly tool: ToolIdentity,
    private readonly callId: string,
    readonly outputIndex: number,
    private readonly emit: Emit,
  ) {
    emit({ type: 'response.output_item.added', output_index: outputIndex, item: this.item('in_progress', '') });
  }

  delta(): void {}

  end(wrapped: string): CustomToolCallItem {
    const input = freeformInput(wrapped);
    const position = { item_id: this.id, output_index: this.outputIndex };
    const item = this.item('completed', input);
    this.emit({ type: 'response.custom_tool_call_input.delta', ...position, delta: input });
    this.emit({ type: 'response.custom_tool_call_input.done', ...position, input });
    this.emit({ type: 'response.output_item.done', output_index: this.outputIndex, item });
    return item;
  }

  private item(status: ItemStatus, input: string): CustomToolCallItem {
    const { name, namespace } = this.tool;
    return { type: 'custom_tool_call', id: this.id, status, call_id: this.callId, name, namespace, input };
  }
}
