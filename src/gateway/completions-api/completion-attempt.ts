import { Injectable } from '@nestjs/common';
import { Deployment } from '../catalog/deployment';
import { Connection, OpenAiEndpoint, TranslatedProvider } from '../providers/provider';
import { ProviderTable } from '../providers/provider-table';
import { OpenAiError } from '../wire/openai.error';
import { UpstreamError } from '../wire/upstream.error';
import { CompletionExchange, CompletionRelay } from './completion-relay';
import { CompletionTranslation } from './completion-translation';

/** One attempt at a completion, on the deployment that was chosen for it and in that provider's protocol. */
@Injectable()
export class CompletionAttempt {
  constructor(
    private readonly providers: ProviderTable,
    private readonly relay: CompletionRelay,
    private readonly translation: CompletionTranslation,
  ) {}

  /** @throws UpstreamError; what has been sent by then stays sent. */
  async run(deployment: Deployment, exchange: CompletionExchange, signal: AbortSignal): Promise<void> {
    const way = wayTo(this.providers.get(deployment.backend.type).connect(deployment), deployment);
    try {
      if ('url' in way) await this.relay.run(way, deployment, exchange, signal);
      else await this.translation.run(way, deployment, exchange, signal);
    } catch (error) {
      throw error instanceof OpenAiError ? refused(error) : error;
    }
  }
}

function wayTo(connection: Connection, deployment: Deployment): OpenAiEndpoint | TranslatedProvider {
  if (connection.protocol === 'responses') return connection.chatCompletions(deployment);
  return connection.chatCompletions?.(deployment) ?? connection;
}

/** A request that this provider's protocol cannot carry: no other attempt at it makes that better. */
const refused = (cause: OpenAiError): UpstreamError =>
  new UpstreamError('upstream_error', `cannot take the request: ${cause.message}`, { status: cause.status, cause });
