import { Injectable } from '@nestjs/common';
import { MeteredCall } from '../accounts/call-meter';
import { Deployment } from '../catalog/deployment';
import { OpenAiEndpoint } from '../providers/provider';
import { UpstreamReader } from '../providers/upstream/upstream-exchange';
import { UpstreamPool } from '../providers/upstream/upstream-pool';
import { isObject, JsonObject } from '../wire/json';
import { withFields } from '../wire/json-spans';
import { CompleteRelay } from './complete-relay';
import { CompletionRequest } from './completion-request';
import { CompletionWriter } from './completion-writer';
import { StreamRelay } from './stream-relay';

/** One chat completion on its way: what is asked, who listens, who counts. */
export interface CompletionExchange {
  readonly request: CompletionRequest;
  readonly client: CompletionWriter;
  readonly metered: MeteredCall;
}

/** Types of providers that refuse `stream_options`; they tell the usage of a stream unasked. */
const WITHOUT_STREAM_OPTIONS: ReadonlySet<string> = new Set(['mistral']);

/** Calls providers that have the chat completions API themselves: bytes in, bytes out. */
@Injectable()
export class CompletionRelay {
  constructor(private readonly pool: UpstreamPool) {}

  /**
   * Sends the chunks of a stream on as they come, a whole completion when it is there.
   *
   * @throws UpstreamError; what has been sent by then stays sent.
   */
  async run(
    endpoint: OpenAiEndpoint,
    deployment: Deployment,
    { request, client, metered }: CompletionExchange,
    signal: AbortSignal,
  ): Promise<void> {
    const { stream, includeUsage } = request;
    const relay = stream
      ? new StreamRelay({ client, metered, dropUsage: !includeUsage, idleMs: deployment.timeouts.idleMs })
      : new CompleteRelay({ client, metered });
    await this.post(endpoint, deployment, request, relay, signal);
    relay.end();
  }

  private post(
    { url, headers }: OpenAiEndpoint,
    deployment: Deployment,
    request: CompletionRequest,
    reader: UpstreamReader,
    signal: AbortSignal,
  ): Promise<void> {
    const accept = request.stream ? 'text/event-stream' : 'application/json';
    const { timeouts } = deployment;
    return this.pool.post(
      { url, headers: { ...headers, accept }, body: bodyFor(deployment, request), timeouts },
      reader,
      signal,
    );
  }
}

/** The client's bytes with the provider's name of the model, and a stream that tells its usage. */
function bodyFor(
  { model, backend }: Deployment,
  { bytes, body, spans, stream, includeUsage }: CompletionRequest,
): Buffer[] {
  const { stream_options: given } = body;
  const refusesOptions = WITHOUT_STREAM_OPTIONS.has(backend.type);
  if (refusesOptions && given !== undefined) return withFields(bytes, { model, stream_options: undefined }, spans);
  if (!stream || includeUsage || refusesOptions) return withFields(bytes, { model }, spans);
  return withFields(bytes, { model, stream_options: usageOptions(given) }, spans);
}

/** The `stream_options` that make a provider tell the usage at the end, keeping what the client said. */
export const usageOptions = (given: unknown): JsonObject => ({
  ...(isObject(given) ? given : {}),
  include_usage: true,
});
