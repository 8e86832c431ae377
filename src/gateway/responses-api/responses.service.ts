import { Injectable } from '@nestjs/common';
import type { ServerResponse } from 'node:http';
import { httpErrorOf, UpstreamFailures } from '../routing/upstream-failures';
import { conversationOf, RefusedContent } from '../routing/refused-content';
import { isObject, JsonObject } from '../wire/json';
import { OpenAiError } from '../wire/openai.error';
import { completeResponse, IN_PROGRESS, snapshotOf } from '../wire/response-object';
import { upstreamErrorOf } from '../wire/upstream-failure';
import { UpstreamError, UpstreamErrorCode } from '../wire/upstream.error';
import { CallPreparation } from './call-preparation';
import { ResponseCall } from './response-call';
import { ResponseExecutor, ResponseRun, responseRun, withRequest } from './response-executor';
import { discardingTransport, EventStream, ResponseTransport } from './response-transport';
import { ResponseWriter } from './response-writer';

/** What the user of a chat is told of a message that was refused. */
const LEFT_OUT = 'what it refused is left out of what the model sees from now on';
/** What he can do about it. */
const ADVICE: Partial<Record<UpstreamErrorCode, string>> = {
  content_filter: 'say it in other words, or switch the chat to another backend',
  image_not_accepted:
    'send the message without the picture, or switch the chat to a backend whose model takes pictures',
  context_length_exceeded:
    'the conversation is summed up before the next message; a text that is too long by itself has to be sent in parts',
  invalid_history: 'send the message again, or switch the chat to another backend',
};

/** Answers one call of the Responses API, with a failure in the client's terms where the backend does not. */
@Injectable()
export class ResponsesService {
  constructor(
    private readonly preparation: CallPreparation,
    private readonly executor: ResponseExecutor,
    private readonly failures: UpstreamFailures,
    private readonly refused: RefusedContent,
  ) {}

  /**
   * As the request asks: event by event, or with the complete response, which is the result then.
   *
   * @throws OpenAiError before anything is sent; see `stream` and `complete`.
   */
  async answer(call: ResponseCall, response: ServerResponse): Promise<JsonObject | undefined> {
    const { conforms } = call.profile;
    const events = new EventStream(response, conforms ? undefined : Infinity);
    if (!call.request.stream) return this.complete(call, events.closed);
    const isAnswered = await this.stream(call, events);
    events.end(conforms && isAnswered);
    return undefined;
  }

  /**
   * Event by event; a failure after the first is the last event. The transport is left open.
   *
   * @throws OpenAiError before the first event: for what the request lacks, and, unless codex asks, for the backend's
   * failure.
   * @returns whether it came to an answer; false when the last event says that it failed.
   */
  async stream(call: ResponseCall, transport: ResponseTransport): Promise<boolean> {
    const arrived = await this.preparation.prepare(call);
    const { target } = arrived;
    const request = this.refused.leaveOut(conversationOf(target), target.backend.id, arrived.request);
    const prepared = { ...arrived, request };
    const { frame, profile, metered } = prepared;
    const writer = new ResponseWriter(transport, { frame, profile, onFirstOutput: () => metered.firstOutput() });
    const run = responseRun(prepared, writer);
    try {
      await this.streamTaken(run);
      if (profile.conforms && writer.final === undefined && !writer.closed.aborted) throw UpstreamError.cutOff();
      prepared.finish(writer.final, writer.closed);
      return true;
    } catch (error) {
      this.endFailed(run, error);
      return writer.final !== undefined && writer.final.status !== 'failed';
    } finally {
      writer.flush();
    }
  }

  /** Asks without what is older than the newest message where that may be what was refused. */
  private async streamTaken(run: ResponseRun): Promise<void> {
    const { target, writer, request } = run;
    const conversation = conversationOf(target);
    try {
      await this.executor.stream(run);
    } catch (error) {
      const cause = upstreamErrorOf(error);
      const again = this.refused.secondTry(conversation, target.backend.id, request, cause);
      if (again === undefined || writer.outputBegun || writer.closed.aborted) throw error;
      // The refusal of the whole request says more than that of the second try.
      await this.executor.stream(withRequest(run, again.request)).catch((second: unknown) => {
        throw writer.outputBegun ? second : error;
      });
      again.taken();
    }
    this.refused.answered(conversation, target.backend.id);
  }

  /** An empty response that a later one can continue; no model is asked. */
  async warmUp(call: ResponseCall, transport: ResponseTransport): Promise<void> {
    const { frame, finish } = await this.preparation.prepare(call);
    const begun = snapshotOf(frame, IN_PROGRESS);
    const response = snapshotOf(frame, { ...IN_PROGRESS, status: 'completed' });
    transport.send({ type: 'response.created', response: begun, sequence_number: 0 });
    transport.send({ type: 'response.in_progress', response: begun, sequence_number: 1 });
    finish(response, transport.closed);
    transport.send({ type: 'response.completed', response, sequence_number: 2 });
  }

  /** The complete answer at once. @throws OpenAiError when the backend fails, and for what the request lacks. */
  async complete(call: ResponseCall, closed: AbortSignal): Promise<JsonObject> {
    const prepared = await this.preparation.prepare(call);
    const { frame, metered, target } = prepared;
    const writer = new ResponseWriter(discardingTransport(closed), {
      ...{ frame, profile: { conforms: false, coalescesDeltas: false } },
      onFirstOutput: () => metered.firstOutput(),
    });
    try {
      const response = await this.completeAnswer(responseRun(prepared, writer));
      prepared.finish(response, closed);
      return response;
    } catch (error) {
      const cause = upstreamErrorOf(error);
      prepared.failed(cause.code, closed);
      if (closed.aborted) this.failures.clientLeft(target);
      else throw httpErrorOf(cause, this.failures.backendFailed(target, cause));
      throw new OpenAiError(499, 'client_closed_request', 'The client has left.');
    }
  }

  private async completeAnswer(run: ResponseRun): Promise<JsonObject> {
    const answer = await this.executor.complete(run).catch((error: unknown) => {
      if (this.endFiltered(run, upstreamErrorOf(error))) return run.writer.final;
      throw error;
    });
    if (!isObject(answer)) throw UpstreamError.cutOff();
    return run.profile.conforms ? completeResponse(answer, run.frame) : answer;
  }

  private endFailed(run: ResponseRun, error: unknown): void {
    const { target, writer, encoder, profile } = run;
    const failed = upstreamErrorOf(error);
    if (writer.closed.aborted) {
      this.failures.clientLeft(target);
      return run.failed(failed.code, writer.closed);
    }
    const cause = this.refusedOf(run, failed);
    const failure = this.failures.backendFailed(target, cause);
    if (this.endFiltered(run, cause)) return run.finish(writer.final, writer.closed);
    run.failed(cause.code, writer.closed);
    if (!writer.started && !profile.failsInStream) throw httpErrorOf(cause, failure);
    const sent = profile.failureOf(cause, failure, writer.isRepeatable);
    if (writer.isRelayed) writer.failRelayed(sent);
    else encoder.fail(sent);
  }

  /** Takes note of what was refused. @returns the failure with what follows from it, and what the user of a chat can do. */
  private refusedOf({ target, request, profile }: ResponseRun, failed: UpstreamError): UpstreamError {
    const isLeftOut = this.refused.refused(conversationOf(target), target.backend.id, request, failed);
    const advice = profile.failsInStream ? ADVICE[failed.code] : undefined;
    const words = [...(isLeftOut ? [LEFT_OUT] : []), ...(advice === undefined ? [] : [advice])];
    return words.length > 0 ? failed.withWords(words) : failed;
  }

  /** Ends an answer that was filtered as incomplete. @returns whether it is no failure for this client. */
  private endFiltered({ profile, encoder, writer }: ResponseRun, { code, status }: UpstreamError): boolean {
    // With a status it is the request that was refused: there is no answer that could be incomplete.
    if (code !== 'content_filter' || status !== undefined || profile.failsFiltered || !writer.isOwn) return false;
    if (writer.final === undefined) encoder.cutShort('content_filter');
    return true;
  }
}
