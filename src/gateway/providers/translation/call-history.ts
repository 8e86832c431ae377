import type { SharedV4ProviderMetadata } from '@ai-sdk/provider';
import { JsonObject, textOf } from '../../wire/json';
import { openEnvelope } from './reasoning-envelope';
import { isToolOutput, MISSING_OUTPUT, ToolOutput, toolOutputOf } from './tool-output';

/** The outputs and signatures of a request's tool calls by call id, wherever in the input they stand. */
export class CallHistory {
  private readonly outputs = new Map<string, JsonObject[]>();
  private readonly metadata = new Map<string, SharedV4ProviderMetadata>();
  private readonly answered = new Set<JsonObject>();

  constructor(input: readonly JsonObject[], backendId: string) {
    for (const item of input) {
      if (isToolOutput(item)) this.addOutput(item);
      if (item.type === 'reasoning') this.addMetadata(item, backendId);
    }
  }

  /** The output of a call; of calls with the same id each takes the next one. */
  takeOutput(callId: string): ToolOutput {
    const item = this.outputs.get(callId)?.shift();
    if (item === undefined) return MISSING_OUTPUT;
    this.answered.add(item);
    return toolOutputOf(item);
  }

  /** Whether an output item was taken by its call. */
  isAnswered(item: JsonObject): boolean {
    return this.answered.has(item);
  }

  metadataOf(callId: string): SharedV4ProviderMetadata | undefined {
    return this.metadata.get(callId);
  }

  private addOutput(item: JsonObject): void {
    const callId = textOf(item.call_id) ?? '';
    const queue = this.outputs.get(callId);
    if (queue === undefined) this.outputs.set(callId, [item]);
    else queue.push(item);
  }

  private addMetadata(item: JsonObject, backendId: string): void {
    const envelope = openEnvelope(item.encrypted_content);
    if (envelope?.backendId !== backendId) return;
    for (const [callId, metadata] of Object.entries(envelope.calls ?? {})) this.metadata.set(callId, metadata);
  }
}
