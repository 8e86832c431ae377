import { Injectable } from '@nestjs/common';
import type { IncomingHttpHeaders } from 'node:http';
import { CallMeter, MeteredCall } from '../accounts/call-meter';
import { BackendRouter, callerOf, Target } from '../routing/backend-router';
import { Dispatcher } from '../routing/dispatcher';
import { httpErrorOf, UpstreamFailures } from '../routing/upstream-failures';
import { GatewayCaller } from '../wire/gateway-caller';
import { OpenAiError } from '../wire/openai.error';
import { upstreamErrorOf } from '../wire/upstream-failure';
import { CompletionAttempt } from './completion-attempt';
import { CompletionRequest } from './completion-request';
import { CompletionWriter } from './completion-writer';

/** A call of the chat completions API as it arrives. */
export interface CompletionCall {
  readonly request: CompletionRequest;
  readonly caller: GatewayCaller;
  readonly headers: IncomingHttpHeaders;
  readonly client: CompletionWriter;
}

interface Begun {
  readonly target: Target;
  readonly metered: MeteredCall;
}

/** Answers one call of the chat completions API, with an error in OpenAI's form where the backend does not. */
@Injectable()
export class CompletionService {
  constructor(
    private readonly router: BackendRouter,
    private readonly meter: CallMeter,
    private readonly dispatcher: Dispatcher,
    private readonly attempt: CompletionAttempt,
    private readonly failures: UpstreamFailures,
  ) {}

  /** @throws OpenAiError 404 or 403, before anything is sent, for a model that does not exist or is not allowed. */
  async give({ request, caller, headers, client }: CompletionCall): Promise<void> {
    const { metered, target } = this.begin(request, caller, headers);
    const exchange = { request, client, metered };
    try {
      await this.dispatcher.run(target, {
        attempt: (deployment, signal) => this.attempt.run(deployment, exchange, signal),
        outputBegun: () => client.started,
        ...{ metered, signal: client.closed },
      });
      client.end();
      metered.end('ok');
    } catch (error) {
      if (client.closed.aborted) return metered.end('aborted');
      const failure = this.failureOf(error, target);
      client.sendError(failure);
      metered.end('failed', failure.code);
    }
  }

  private begin(request: CompletionRequest, access: GatewayCaller, headers: IncomingHttpHeaders): Begun {
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
