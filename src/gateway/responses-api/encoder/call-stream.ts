import { CustomToolCallItem, FunctionCallItem, ItemStatus } from '../../wire/output-item';
import { Emit } from '../../wire/response-event';
import { uniqueId } from '../../wire/unique-id';
import { freeformInput } from '../../providers/translation/freeform-input';
import { ToolIdentity } from '../../providers/translation/tool-catalog';

/** A tool call in the making. */
export interface CallStream {
  readonly outputIndex: number;
  delta(delta: string): void;
  /** `input`: the whole of what the deltas said. */
  end(input: string): FunctionCallItem | CustomToolCallItem;
}

export function openCall(tool: ToolIdentity, callId: string, outputIndex: number, emit: Emit): CallStream {
  const Stream = tool.kind === 'custom' ? CustomCallStream : FunctionCallStream;
  return new Stream(tool, callId, outputIndex, emit);
}

class FunctionCallStream implements CallStream {
  private readonly id = uniqueId('fc');

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
    this.emit({ type: 'response.function_call_arguments.delta', ...this.place, delta });
  }

  end(input: string): FunctionCallItem {
    const item = this.item('completed', input.trim() === '' ? '{}' : input);
    const { name, arguments: whole } = item;
    this.emit({ type: 'response.function_call_arguments.done', ...this.place, name, arguments: whole });
    this.emit({ type: 'response.output_item.done', output_index: this.outputIndex, item });
    return item;
  }

  private item(status: ItemStatus, text: string): FunctionCallItem {
    const { name, namespace } = this.tool;
    return { type: 'function_call', id: this.id, status, call_id: this.callId, name, namespace, arguments: text };
  }

  private get place(): { item_id: string; output_index: number } {
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
    const place = { item_id: this.id, output_index: this.outputIndex };
    const item = this.item('completed', input);
    this.emit({ type: 'response.custom_tool_call_input.delta', ...place, delta: input });
    this.emit({ type: 'response.custom_tool_call_input.done', ...place, input });
    this.emit({ type: 'response.output_item.done', output_index: this.outputIndex, item });
    return item;
  }

  private item(status: ItemStatus, input: string): CustomToolCallItem {
    const { name, namespace } = this.tool;
    return { type: 'custom_tool_call', id: this.id, status, call_id: this.callId, name, namespace, input };
  }
}
