import { Injectable } from '@nestjs/common';
import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import { CallMeter } from '../accounts/call-meter';
import { MeteredCall } from '../accounts/metered-call';
import { BackendRouter, callerOf, Target } from '../routing/backend-router';
import { httpErrorOf, UpstreamFailures } from '../routing/upstream-failures';
import { GatewayCaller } from '../wire/gateway-caller';
import { OpenAiError } from '../wire/openai.error';
import { upstreamErrorOf } from '../wire/upstream-failure';
import { CompletionExecutor } from './completion-executor';
import { CompletionRequest } from './completion-request';
import { CompletionWriter } from './completion-writer';

/** A call of the chat completions API as it arrives. */
export interface CompletionCall {
  readonly request: CompletionRequest;
  readonly access: GatewayCaller;
  readonly headers: IncomingHttpHeaders;
  readonly response: ServerResponse;
}

interface RoutedCall {
  readonly target: Target;
  readonly metered: MeteredCall;
}

/** Answers one call of the chat completions API, with an error in OpenAI's form where the backend does not. */
@Injectable()
export class CompletionService {
  constructor(
    private readonly router: BackendRouter,
    private readonly meter: CallMeter,
    private readonly executor: CompletionExecutor,
    private readonly failures: UpstreamFailures,
  ) {}

  /** @throws OpenAiError 404 or 403, before anything is sent, for a model that does not exist or is not allowed. */
  async answer(call: CompletionCall): Promise<void> {
    const { metered, target } = this.begin(call);
    const writer = new CompletionWriter(call.response, () => metered.firstOutput());
    try {
      await this.executor.run(target, { request: call.request, writer, metered });
      writer.end();
      metered.end('ok');
    } catch (error) {
      if (writer.closed.aborted) return metered.end('aborted');
      const failure = this.failureOf(error, target);
      writer.sendError(failure);
      metered.end('failed', failure.code);
    }
  }

  private begin({ request, access, headers }: CompletionCall): RoutedCall {
    const caller = callerOf(headers, request.body, access);
    const target = this.router.resolve(request.model, caller);
    const { backend, model, route } = target;
    const start = { caller: access, threadId: caller.threadIds[0] ?? null, route, backendId: backend.id, model };
    return { target, metered: this.meter.begin({ ...start, endpoint: 'chat.completions' }) };
  }

  private failureOf(error: unknown, target: Target): OpenAiError {
    const failure = upstreamErrorOf(error);
    if (failure.cause instanceof OpenAiError) return failure.cause;
    return httpErrorOf(failure, this.failures.backendFailed(target, failure));
  }
}
