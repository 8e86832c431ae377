import type { LanguageModelV4ToolCall, SharedV4ProviderMetadata } from '@ai-sdk/provider';
import { ToolCatalog, unusedCallId } from '../../providers/translation/tool-catalog';
import { Emit } from '../../wire/response-event';
import { ItemStatus, OutputItem } from '../../wire/response-object';
import { CallStream, MessageStream, openCall, ReasoningStream } from './item-streams';

export interface OutputOptions {
  readonly backendId: string;
  readonly catalog: ToolCatalog;
  /** Call ids of the request's history, which a new call must not have; grows by those of this response. */
  readonly usedCallIds: Set<string>;
}

interface ItemStream {
  readonly outputIndex: number;
  end(): OutputItem;
}

/**
 * The items of one response, open and finished. Items may overlap; each is known by the id of its parts, so that
 * interleaved parallel calls stay apart.
 */
export class OutputItems {
  /** Whose signatures the items carry. */
  backendId: string;
  private nextIndex = 0;
  /** By output index. */
  private readonly finished = new Map<number, OutputItem>();
  private readonly messages = new Map<string, MessageStream>();
  private readonly reasonings = new Map<string, ReasoningStream>();
  private readonly calls = new Map<string, CallStream>();
  private readonly textMetadata = new Map<string, SharedV4ProviderMetadata>();

  constructor(
    private readonly options: OutputOptions,
    private readonly emit: Emit,
  ) {
    this.backendId = options.backendId;
  }

  /** The finished items in the order of their indexes. */
  get list(): OutputItem[] {
    return [...this.finished].sort(([a], [b]) => a - b).map(([, item]) => item);
  }

  message(id: string): MessageStream {
    return this.opened(this.messages, id, (index) => new MessageStream(index, this.emit));
  }

  /** @param metadata of any part of the message, for the provider's next round. */
  messageMetadata(id: string, metadata: SharedV4ProviderMetadata | undefined): void {
    if (isSigned(metadata)) this.textMetadata.set(id, metadata);
  }

  endMessage(id: string): void {
    const text = this.textMetadata.get(id);
    this.textMetadata.delete(id);
    this.close(this.messages, id);
    if (text === undefined) return;
    const carrier = new ReasoningStream(this.nextIndex++, this.backendId, this.emit);
    this.finished.set(carrier.outputIndex, carrier.end({ text }));
  }

  reasoning(id: string): ReasoningStream {
    return this.opened(this.reasonings, id, (index) => new ReasoningStream(index, this.backendId, this.emit));
  }

  endReasoning(id: string, metadata?: SharedV4ProviderMetadata): void {
    this.reasonings.get(id)?.addMetadata(metadata);
    this.close(this.reasonings, id);
  }

  call(id: string, toolName: string): CallStream {
    const tool = this.options.catalog.identify(toolName);
    return this.opened(this.calls, id, (index) =>
      openCall(tool, unusedCallId(id, this.options.usedCallIds), index, this.emit),
    );
  }

  callDelta(id: string, delta: string): void {
    this.calls.get(id)?.delta(delta);
  }

  endCall({ toolCallId, toolName, input, providerMetadata }: LanguageModelV4ToolCall): void {
    const call = this.call(toolCallId, toolName);
    const item = call.end(input);
    this.calls.delete(toolCallId);
    this.finished.set(call.outputIndex, item);
    if (providerMetadata !== undefined) this.keepCallMetadata(item.call_id, providerMetadata);
  }

  /** For a provider that ends its answer without ending what it said, and for an answer that is cut short. */
  endAll(status: ItemStatus = 'completed'): void {
    for (const [id, reasoning] of this.reasonings) {
      this.reasonings.delete(id);
      this.finished.set(reasoning.outputIndex, reasoning.end(undefined, status));
    }
    for (const [id, message] of this.messages) {
      this.messages.delete(id);
      this.finished.set(message.outputIndex, message.end(status));
    }
  }

  /** A call has no field for a signature, so an empty reasoning item behind it carries it. */
  private keepCallMetadata(callId: string, metadata: SharedV4ProviderMetadata): void {
    const carrier = new ReasoningStream(this.nextIndex++, this.backendId, this.emit);
    this.finished.set(carrier.outputIndex, carrier.end({ calls: { [callId]: metadata } }));
  }

  private opened<T>(streams: Map<string, T>, id: string, open: (outputIndex: number) => T): T {
    const known = streams.get(id);
    if (known !== undefined) return known;
    const stream = open(this.nextIndex++);
    streams.set(id, stream);
    return stream;
  }

  private close(streams: Map<string, ItemStream>, id: string): void {
    const stream = streams.get(id);
    if (stream === undefined) return;
    streams.delete(id);
    this.finished.set(stream.outputIndex, stream.end());
  }
}

/** Whether metadata of a text has more in it than ids that the provider has for its own use. */
const isSigned = (metadata: SharedV4ProviderMetadata | undefined): metadata is SharedV4ProviderMetadata =>
  Object.values(metadata ?? {}).some((values) => Object.keys(values).some((key) => key !== 'itemId'));
