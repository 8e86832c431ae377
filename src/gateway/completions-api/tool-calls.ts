import type { LanguageModelV4ToolCall } from '@ai-sdk/provider';
import { freeformInput, ToolCatalog, ToolIdentity, unusedCallId } from '../providers/translation/tool-catalog';
import { CompletionOutput, ToolCallDelta } from './completion-chunk';

interface OpenCall {
  readonly index: number;
  readonly callId: string;
  readonly tool: ToolIdentity;
  /** Whether any of its arguments have been sent. */
  hasArguments: boolean;
}

export interface ToolCallsOptions {
  readonly catalog: ToolCatalog;
  readonly usedCallIds: Set<string>;
  readonly output: CompletionOutput;
}

/** The tool calls of one answer, each with an index of its own by the order of their beginnings. */
export class ToolCalls {
  private readonly open = new Map<string, OpenCall>();
  private begun = 0;

  constructor(private readonly options: ToolCallsOptions) {}

  /** How many there have been. */
  get count(): number {
    return this.begun;
  }

  start(id: string, toolName: string): void {
    this.opened(id, toolName);
  }

  /** A freeform call's arguments are a JSON text around its input, which is known only at the end. */
  delta(id: string, delta: string): void {
    const call = this.open.get(id);
    if (call === undefined || delta === '' || call.tool.kind === 'custom') return;
    call.hasArguments = true;
    this.send({ index: call.index, function: { arguments: delta } });
  }

  /** The call's id, as the client knows it. */
  end({ toolCallId, toolName, input }: LanguageModelV4ToolCall): string {
    const call = this.opened(toolCallId, toolName);
    this.open.delete(toolCallId);
    if (call.tool.kind === 'custom') this.send({ index: call.index, custom: { input: freeformInput(input) } });
    else if (!call.hasArguments) this.send({ index: call.index, function: { arguments: input.trim() || '{}' } });
    return call.callId;
  }

  private opened(id: string, toolName: string): OpenCall {
    const known = this.open.get(id);
    if (known !== undefined) return known;
    const tool = this.options.catalog.identify(toolName);
    const call = { index: this.begun++, callId: unusedCallId(id, this.options.usedCallIds), tool, hasArguments: false };
    this.open.set(id, call);
    const { index, callId } = call;
    const { name } = tool;
    if (tool.kind === 'custom') this.send({ index, id: callId, type: 'custom', custom: { name, input: '' } });
    else this.send({ index, id: callId, type: 'function', function: { name, arguments: '' } });
    return call;
  }

  private send(delta: ToolCallDelta): void {
    this.options.output.delta({ tool_calls: [delta] });
  }
}
