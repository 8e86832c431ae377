import { Injectable } from '@nestjs/common';
import { ComponentLogger, Logger } from '../../common/logger';
import { BackendKeys } from '../backends/backend-keys';
import { codexFailure } from '../errors/codex-failure';
import { OpenAiError } from '../errors/openai.error';
import { redactKeys } from '../errors/redact';
import { upstreamErrorOf } from '../errors/upstream-failure';
import { UpstreamFailure, UpstreamFailures } from '../errors/upstream-failures';
import { UpstreamError } from '../errors/upstream.error';
import { ResponsesRequest } from '../protocol/responses-request';
import { BackendRouter, Target } from './backend-router';
import { Caller } from './caller';
import { EventSink, EventStream } from './event-stream';
import { Exchange, ResponseMaker } from './response-maker';

/** Answers one call of the Responses API, with a failure in the client's terms where the backend does not. */
@Injectable()
export class ResponsesService {
  private readonly logger: ComponentLogger;

  constructor(
    private readonly router: BackendRouter,
    private readonly maker: ResponseMaker,
    private readonly keys: BackendKeys,
    private readonly failures: UpstreamFailures,
    logger: Logger,
  ) {
    this.logger = logger.child({ component: 'gateway' });
  }

  /**
   * Event by event; a backend's failure is the last event.
   *
   * @throws OpenAiError before the first event, for a model that does not exist.
   */
  async stream(request: ResponsesRequest, caller: Caller, events: EventStream): Promise<void> {
    const exchange = this.maker.exchange(request, this.targetOf(request, caller), events);
    try {
      const provider = this.maker.providerOf(exchange.target);
      if (provider.protocol === 'responses') await this.maker.relay(exchange);
      else await this.maker.translate(provider, exchange);
    } catch (error) {
      if (events.closed.aborted) this.logger.debug({ backend: exchange.target.backend.id }, 'the client left');
      else this.endFailed(exchange, upstreamErrorOf(error));
    } finally {
      events.end();
    }
  }

  /** The whole answer at once. @throws OpenAiError when the backend fails, and for a model that does not exist. */
  async complete(request: ResponsesRequest, caller: Caller, closed: AbortSignal): Promise<unknown> {
    const target = this.targetOf(request, caller);
    const sink: EventSink = { closed, congested: false, send: () => undefined, drained: () => Promise.resolve() };
    const exchange = this.maker.exchange(request, target, sink);
    try {
      const provider = this.maker.providerOf(target);
      if (provider.protocol === 'responses') return await this.maker.relayWhole(exchange);
      await this.maker.translate(provider, exchange);
      return exchange.encoder.result;
    } catch (error) {
      const cause = upstreamErrorOf(error);
      const { code, message } = this.report(target, cause);
      throw new OpenAiError(httpStatusOf(cause), code, message, null, secondsOf(cause.retryAfterMs));
    }
  }

  private targetOf({ model }: ResponsesRequest, caller: Caller): Target {
    const [threadId] = caller.threadIds;
    if (threadId !== undefined) this.failures.clear(threadId);
    try {
      return this.router.resolve(model, caller);
    } catch (error) {
      if (error instanceof OpenAiError && threadId !== undefined) {
        this.failures.record(threadId, { code: 'model_not_found', message: error.message });
      }
      throw error;
    }
  }

  private endFailed({ target, sink, encoder }: Exchange<EventStream>, error: UpstreamError): void {
    const { code, message } = this.report(target, error);
    const isRelayed = sink.started && !encoder.started;
    if (isRelayed) return sink.breakOff();
    if (!encoder.started) encoder.start();
    encoder.fail(target.caller.isCodex ? codexFailure(error, message, encoder.isRepeatable) : { code, message });
  }

  private report({ backend, caller }: Target, error: UpstreamError): UpstreamFailure {
    const { code, status } = error;
    const [threadId] = caller.threadIds;
    const redact = (text: string): string => redactKeys(text, this.keys.find(backend.apiKeyEnv));
    const message = redact(`Backend "${backend.id}" ${error.message}`);
    if (threadId !== undefined) this.failures.record(threadId, { code, message });
    // The cause's stack alone: the AI SDK's errors carry the whole request.
    const cause = error.cause instanceof Error ? redact(error.cause.stack ?? '') : undefined;
    this.logger.warn({ backend: backend.id, threadId, code, status, cause }, message);
    return { code, message };
  }
}

const secondsOf = (ms: number | undefined): number | undefined => (ms === undefined ? undefined : Math.ceil(ms / 1000));

/** The provider's own status where it says something to the client; a provider out of reach is a bad gateway. */
function httpStatusOf({ status, code }: UpstreamError): number {
  if (code === 'context_length_exceeded') return 400;
  return status !== undefined && status < 500 ? status : 502;
}
