import { Injectable } from '@nestjs/common';
import { once } from '../../common/once';
import { Deployment } from '../catalog/deployment';
import { Connection, OpenAiEndpoint, TranslatedProvider } from '../providers/provider';
import { ProviderTable } from '../providers/provider-table';
import { UpstreamPool } from '../providers/upstream/upstream-pool';
import { Target } from '../routing/backend-router';
import { Dispatcher } from '../routing/dispatcher';
import { KeepAlive } from '../wire/http/keep-alive';
import { canCarry, needsOfCompletion } from '../routing/request-needs';
import { OpenAiError } from '../wire/openai.error';
import { UpstreamError } from '../wire/upstream.error';
import { CompletionRun, relayCompletion } from './completion-relay';
import { translateCompletion } from './completion-translation';

/** Makes one completion, by passing a provider's own through or by translation. */
@Injectable()
export class CompletionExecutor {
  constructor(
    private readonly providers: ProviderTable,
    private readonly dispatcher: Dispatcher,
    private readonly pool: UpstreamPool,
  ) {}

  /** Sends the answer, by way of whatever deployment gives it. @throws UpstreamError; what was sent by then stays sent. */
  async run(target: Target, run: CompletionRun): Promise<void> {
    const { request, writer, metered } = run;
    const needs = once(() => needsOfCompletion(request.messages(), request.body));
    const keepAlive = request.stream ? new KeepAlive(writer, () => writer.keepAlive()) : undefined;
    try {
      await this.dispatcher.run(target, {
        attempt: (deployment, signal) => this.attempt(deployment, run, signal),
        canCarry: (backend) => canCarry(needs(), backend, this.providers.isNative(backend)),
        outputBegun: () => writer.outputSent,
        ...{ metered, signal: writer.closed },
      });
    } finally {
      keepAlive?.stop();
    }
  }

  private async attempt(deployment: Deployment, run: CompletionRun, signal: AbortSignal): Promise<void> {
    const connection = completionsOf(this.providers.connectionOf(deployment), deployment);
    try {
      if ('url' in connection) await relayCompletion(this.pool, connection, run, deployment, signal);
      else await translateCompletion(connection, run, deployment, signal);
    } catch (error) {
      throw error instanceof OpenAiError ? refused(error) : error;
    }
  }
}

function completionsOf(connection: Connection, deployment: Deployment): OpenAiEndpoint | TranslatedProvider {
  if (connection.protocol === 'responses') return connection.chatCompletions(deployment);
  return connection.chatCompletions?.(deployment) ?? connection;
}

/** A request that this provider's protocol cannot carry: no other attempt at it makes that better. */
const refused = (cause: OpenAiError): UpstreamError =>
  new UpstreamError('upstream_error', `cannot take the request: ${cause.message}`, { status: cause.status, cause });
