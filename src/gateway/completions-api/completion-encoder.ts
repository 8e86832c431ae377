import type {
  LanguageModelV4FinishReason,
  LanguageModelV4StreamPart,
  LanguageModelV4ToolCall,
  SharedV4ProviderMetadata,
} from '@ai-sdk/provider';
import { MeteredCall } from '../accounts/metered-call';
import { sealEnvelope } from '../providers/translation/reasoning-envelope';
import { freeformInput, ToolCatalog, ToolIdentity, unusedCallId } from '../providers/translation/tool-catalog';
import { usualReason } from '../wire/finish-reason';
import { tokensOfParts } from '../wire/usage';
import { CompletionOutput, FinishReason, ToolCallDelta } from './completion-output';

type Part = LanguageModelV4StreamPart;
type Finish = Extract<Part, { type: 'finish' }>;

export interface CompletionEncoderOptions {
  /** The backend that answers; only it gets its signatures back. */
  readonly backendId: string;
  readonly catalog: ToolCatalog;
  /** Call ids of the request's history, which a new call must not have; grows by those of this answer. */
  readonly usedCallIds: Set<string>;
  readonly output: CompletionOutput;
  /** Gets the usage before the end is sent. */
  readonly metered: Pick<MeteredCall, 'usage'>;
}

/** Turns the parts of one AI SDK stream into the deltas of a chat completion. */
export class CompletionEncoder {
  private readonly calls: ToolCalls;
  private reasoning: SharedV4ProviderMetadata | undefined;
  private ended = false;

  constructor(private readonly options: CompletionEncoderOptions) {
    this.calls = new ToolCalls(options);
  }

  /** Whether the answer has come to its end. */
  get finished(): boolean {
    return this.ended;
  }

  write(part: Part): void {
    const { output } = this.options;
    switch (part.type) {
      case 'text-delta':
        return part.delta === '' ? undefined : output.delta({ content: part.delta });
      case 'reasoning-delta':
        this.keepMetadata(part.providerMetadata);
        return part.delta === '' ? undefined : output.delta({ reasoning_content: part.delta });
      case 'reasoning-start':
        return this.keepMetadata(part.providerMetadata);
      case 'reasoning-end':
        return this.endReasoning(part.providerMetadata);
      case 'tool-input-start':
        return part.providerExecuted ? undefined : this.calls.start(part.id, part.toolName);
      case 'tool-input-delta':
        return this.calls.delta(part.id, part.delta);
      case 'tool-call':
        return part.providerExecuted ? undefined : this.endCall(part);
      case 'finish':
        return this.finish(part);
      default:
        return;
    }
  }

  private endCall(call: LanguageModelV4ToolCall): void {
    const callId = this.calls.end(call);
    if (call.providerMetadata !== undefined) this.sendEnvelope(undefined, { [callId]: call.providerMetadata });
  }

  private keepMetadata(metadata: SharedV4ProviderMetadata | undefined): void {
    for (const [provider, values] of Object.entries(metadata ?? {})) {
      this.reasoning = { ...this.reasoning, [provider]: { ...this.reasoning?.[provider], ...values } };
    }
  }

  private endReasoning(metadata: SharedV4ProviderMetadata | undefined): void {
    this.keepMetadata(metadata);
    if (this.reasoning !== undefined) this.sendEnvelope(this.reasoning);
    this.reasoning = undefined;
  }

  /** Sent also without metadata of its own: a client returns it, and the provider gets its signatures back. */
  private sendEnvelope(metadata?: SharedV4ProviderMetadata, calls?: Record<string, SharedV4ProviderMetadata>): void {
    const { backendId, output } = this.options;
    const data = sealEnvelope({ backendId, metadata, calls });
    output.delta({ reasoning_details: [{ type: 'reasoning.encrypted', data }] });
  }

  private finish({ finishReason, usage }: Finish): void {
    const tokens = tokensOfParts(usage);
    this.options.metered.usage(tokens);
    this.ended = true;
    this.options.output.finish(this.reasonOf(finishReason), tokens);
  }

  private reasonOf({ unified, raw = '' }: LanguageModelV4FinishReason): FinishReason {
    if (unified === 'length' || usualReason(raw) === 'length') return 'length';
    if (unified === 'content-filter') return 'content_filter';
    return this.calls.count > 0 ? 'tool_calls' : 'stop';
  }
}

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
class ToolCalls {
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
