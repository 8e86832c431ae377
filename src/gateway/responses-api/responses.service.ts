import type { ServerResponse } from 'node:http';
import { Injectable } from '@nestjs/common';
import { codexFailure } from './codex-failure';
import { OpenAiError } from '../wire/openai.error';
import { upstreamErrorOf } from '../wire/upstream-failure';
import { UpstreamError } from '../wire/upstream.error';
import { isObject, JsonObject } from '../wire/json';
import { IN_PROGRESS, snapshotOf } from '../wire/response-object';
import { wholeResponse } from '../wire/whole-response';
import { FailureReport, httpErrorOf } from '../routing/failure-report';
import { CallPreparation, PreparedCall } from './call-preparation';
import { isOutside } from '../routing/caller';
import { EventSink } from './event-sink';
import { EventStream } from './event-stream';
import { Exchange, ResponseExecutor } from './response-executor';
import { ResponseWriter } from './response-writer';
import { ResponseCall } from './response-call';
import { ResponseTransport, silentSink } from './response-transport';

/** Answers one call of the Responses API, with a failure in the client's terms where the backend does not. */
@Injectable()
export class ResponsesService {
  constructor(
    private readonly preparation: CallPreparation,
    private readonly executor: ResponseExecutor,
    private readonly reports: FailureReport,
  ) {}

  /**
   * As the request asks: event by event, or with the whole response, which is the result then.
   *
   * @throws OpenAiError before anything is sent; see `stream` and `complete`.
   */
  async answer(asked: ResponseCall, response: ServerResponse): Promise<JsonObject | undefined> {
    const isClient = isOutside(asked.caller);
    // A codex of this service reads on when the service does.
    const events = new EventStream(response, isClient ? undefined : Infinity);
    if (!asked.request.stream) return this.complete(asked, events.closed);
    await this.stream(asked, events);
    events.end(isClient);
    return undefined;
  }

  /**
   * Event by event; a failure after the first is the last event. The transport is left open.
   *
   * @throws OpenAiError before the first event: for what the request lacks, and, unless codex asks, for the backend's
   * failure.
   * @returns whether it came to an answer; false when the last event says that it failed.
   */
  async stream(asked: ResponseCall, transport: ResponseTransport): Promise<boolean> {
    const call = await this.preparation.prepare(asked);
    const writer = new ResponseWriter(transport, {
      frame: call.frame,
      isCodex: !isOutside(asked.caller) && asked.memory === undefined,
      onFirstOutput: () => call.metered.firstOutput(),
    });
    const exchange = this.begin(call, writer);
    try {
      await this.executor.stream(exchange);
      if (isOutside(asked.caller) && writer.final === undefined && !writer.closed.aborted) throw UpstreamError.cutOff();
      call.finish(writer.final, writer.closed);
      return true;
    } catch (error) {
      this.endFailed(exchange, { call, transport, error });
      return false;
    } finally {
      writer.flush();
    }
  }

  /** An empty response that a later one can continue; no model is asked. */
  async warmUp(asked: ResponseCall, transport: ResponseTransport): Promise<void> {
    const call = await this.preparation.prepare(asked);
    const begun = snapshotOf(call.frame, IN_PROGRESS);
    const response = snapshotOf(call.frame, { ...IN_PROGRESS, status: 'completed' });
    transport.send({ type: 'response.created', response: begun, sequence_number: 0 });
    transport.send({ type: 'response.in_progress', response: begun, sequence_number: 1 });
    call.finish(response, transport.closed);
    transport.send({ type: 'response.completed', response, sequence_number: 2 });
  }

  /** The whole answer at once. @throws OpenAiError when the backend fails, and for what the request lacks. */
  async complete(asked: ResponseCall, closed: AbortSignal): Promise<JsonObject> {
    const call = await this.preparation.prepare(asked);
    const exchange = this.begin(call, silentSink(closed));
    try {
      const response = await this.wholeAnswer(exchange);
      call.finish(response, closed);
      return response;
    } catch (error) {
      const cause = upstreamErrorOf(error);
      call.failed(cause.code, closed);
      if (closed.aborted) this.reports.clientLeft(call.target);
      else throw httpErrorOf(cause, this.reports.backendFailed(call.target, cause));
      throw new OpenAiError(499, 'client_closed_request', 'The client has left.');
    }
  }

  /** @throws what goes wrong, of which the books have the end of the call. */
  private begin<Sink extends EventSink>(call: PreparedCall, sink: Sink): Exchange<Sink> {
    try {
      return this.executor.exchange({ ...call, sink });
    } catch (error) {
      call.failed(upstreamErrorOf(error).code, sink.closed);
      throw error;
    }
  }

  private async wholeAnswer(exchange: Exchange): Promise<JsonObject> {
    const answer = await this.executor.whole(exchange).catch((error: unknown) => {
      if (this.isFiltered(exchange, upstreamErrorOf(error))) return exchange.encoder.result;
      throw error;
    });
    if (!isObject(answer)) throw UpstreamError.cutOff();
    return isOutside(exchange.target.caller) ? wholeResponse(answer, exchange.frame) : answer;
  }

  private endFailed(
    exchange: Exchange<ResponseWriter>,
    { call, transport, error }: { call: PreparedCall; transport: ResponseTransport; error: unknown },
  ): void {
    const { target, sink, encoder, progress } = exchange;
    const cause = upstreamErrorOf(error);
    if (transport.closed.aborted) {
      this.reports.clientLeft(target);
      return call.failed(cause.code, transport.closed);
    }
    const failure = this.reports.backendFailed(target, cause);
    const { isCodex } = target.caller;
    if (this.isFiltered(exchange, cause)) return call.finish(sink.final, transport.closed);
    call.failed(cause.code, transport.closed);
    if (!sink.started && !isCodex) throw httpErrorOf(cause, failure);
    const told = isCodex ? codexFailure(cause, failure.message, progress.isRepeatable) : failure;
    if (progress.isRelayed) return sink.failRelayed(told);
    if (!encoder.started) encoder.start();
    encoder.fail(told);
  }

  /** For codex a filtered answer has failed; by the specification it is incomplete, with what there was of it. */
  private isFiltered({ target, encoder, progress }: Exchange, { code }: UpstreamError): boolean {
    if (code !== 'content_filter' || target.caller.isCodex || !encoder.started || progress.isRelayed) return false;
    if (encoder.result === undefined) encoder.cutShort('content_filter');
    return true;
  }
}
