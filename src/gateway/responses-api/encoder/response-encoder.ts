import type { LanguageModelV4StreamPart, SharedV4ProviderMetadata } from '@ai-sdk/provider';
import { NumberedEvent, ResponseEvent } from '../../wire/response-event';
import {
  IN_PROGRESS,
  ResponseFailure,
  ResponseFrame,
  ResponseProgress,
  ResponseSnapshot,
  snapshotOf,
} from '../../wire/response-object';
import { UpstreamError } from '../../wire/upstream.error';
import { responseUsageOf, tokensOfParts } from '../../wire/usage';
import { OutputItems, OutputOptions } from './output-items';

export interface EncoderOptions extends OutputOptions {
  readonly frame: ResponseFrame;
  readonly send: (event: NumberedEvent) => void;
}

type Finish = Extract<LanguageModelV4StreamPart, { type: 'finish' }>;
type TextPart = Extract<LanguageModelV4StreamPart, { type: 'text-start' | 'text-delta' | 'text-end' }>;

/** Reasons of a filter that a provider of the AI SDK may not know, such as Mistral's. */
const FILTERED = /^(content_filter(ed)?|sensitive|safety)$/i;

/**
 * Turns the parts of one AI SDK stream into the event sequence of the Responses API. Nothing here grows with the
 * number of deltas but the text itself.
 */
export class ResponseEncoder {
  private sequence = 0;
  private readonly items: OutputItems;
  private last: ResponseSnapshot | undefined;

  constructor(private readonly options: EncoderOptions) {
    this.items = new OutputItems(options, (event) => this.emit(event));
  }

  /** The response in its final state, once there is one. */
  get result(): ResponseSnapshot | undefined {
    return this.last;
  }

  /** Names the backend that gives the answer, where it is not the one that was asked first. */
  answeredBy(backendId: string): void {
    this.items.backendId = backendId;
  }

  /** Sends the first events, unless they have been sent. */
  open(): void {
    if (this.sequence > 0) return;
    this.emitOpening('response.created');
    this.emitOpening('response.in_progress');
  }

  /** Sends nothing new; codex's idle timer counts it, as it does not count SSE comments. */
  keepAlive(): void {
    this.open();
    this.emitOpening('response.in_progress');
  }

  /** @throws UpstreamError for an answer that the provider's content filter stopped. */
  write(part: LanguageModelV4StreamPart): void {
    switch (part.type) {
      case 'text-delta':
      case 'text-start':
      case 'text-end':
        return this.writeText(part);
      case 'reasoning-delta':
      case 'reasoning-start':
        return this.writeReasoning(part);
      case 'reasoning-end':
        return this.items.endReasoning(part.id, part.providerMetadata);
      case 'tool-input-start':
        return void this.items.call(part.id, part.toolName);
      case 'tool-input-delta':
        return this.items.callDelta(part.id, part.delta);
      case 'tool-call':
        return part.providerExecuted ? undefined : this.items.endCall(part);
      case 'finish':
        return this.finish(part);
      default:
        return;
    }
  }

  /** The end of a response that has all there will be of it, but is not complete. */
  cutShort(reason: string): void {
    this.items.endAll('incomplete');
    const incomplete_details = { reason };
    this.conclude('response.incomplete', {
      ...IN_PROGRESS,
      status: 'incomplete',
      output: this.items.list,
      incomplete_details,
    });
  }

  /** The last event of a response that did not come to its end. */
  fail(error: ResponseFailure): void {
    this.conclude('response.failed', { ...IN_PROGRESS, status: 'failed', output: this.items.list, error });
  }

  private writeText(part: TextPart): void {
    this.items.messageMetadata(part.id, part.providerMetadata);
    if (part.type === 'text-end') return this.items.endMessage(part.id);
    const message = this.items.message(part.id);
    if (part.type === 'text-delta') message.delta(part.delta);
  }

  private writeReasoning(part: { id: string; delta?: string; providerMetadata?: SharedV4ProviderMetadata }): void {
    const reasoning = this.items.reasoning(part.id);
    reasoning.addMetadata(part.providerMetadata);
    reasoning.delta(part.delta ?? '');
  }

  private finish({ finishReason, usage }: Finish): void {
    const tokens = tokensOfParts(usage);
    this.items.endAll(finishReason.unified === 'length' ? 'incomplete' : 'completed');
    const done = {
      ...IN_PROGRESS,
      output: this.items.list,
      usage: tokens === undefined ? null : responseUsageOf(tokens),
    };
    const { unified, raw } = finishReason;
    if (raw === 'model_context_window_exceeded') throw UpstreamError.contextExceeded();
    if (unified === 'length') {
      const incomplete_details = { reason: 'max_output_tokens' };
      return this.conclude('response.incomplete', { ...done, status: 'incomplete', incomplete_details });
    }
    // A refusal in words has the raw reason "stop": it is an answer.
    const isFiltered = unified === 'content-filter' ? raw !== 'stop' : FILTERED.test(raw ?? '');
    if (isFiltered) throw UpstreamError.contentFiltered();
    this.conclude('response.completed', { ...done, status: 'completed' });
  }

  private conclude(
    type: 'response.completed' | 'response.incomplete' | 'response.failed',
    progress: ResponseProgress,
  ): void {
    this.last = snapshotOf(this.options.frame, progress);
    this.emit({ type, response: this.last });
  }

  private emitOpening(type: 'response.created' | 'response.in_progress'): void {
    const response = snapshotOf(this.options.frame, IN_PROGRESS);
    this.options.send({ type, response, sequence_number: this.sequence++ });
  }

  private emit(event: ResponseEvent): void {
    this.open();
    this.options.send({ ...event, sequence_number: this.sequence++ });
  }
}
