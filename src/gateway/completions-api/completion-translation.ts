import { Injectable } from '@nestjs/common';
import { newId } from '../../common/ids';
import { Deployment } from '../catalog/deployment';
import { isOutput, languageModelStream } from '../providers/language-model-stream';
import { TranslatedProvider } from '../providers/provider';
import { translatedCall } from '../providers/translated-call';
import { ToolCatalog } from '../providers/translation/tool-catalog';
import { watched } from '../routing/attempt-watch';
import { JsonObject, objectsOf, textOf } from '../wire/json';
import { UpstreamError } from '../wire/upstream.error';
import { ChunkStream } from './chunk-stream';
import { CompletionBuilder } from './completion-builder';
import { CompletionFrame, CompletionOutput } from './completion-chunk';
import { CompletionEncoder } from './completion-encoder';
import { CompletionExchange } from './completion-relay';
import { asResponsesRequest, samplingOf } from './completion-translation-request';

/** Calls providers of other protocols through the AI SDK, with the same translation as the Responses API has. */
@Injectable()
export class CompletionTranslation {
  /** @throws UpstreamError; what has been sent by then stays sent. OpenAiError 400 for what cannot be translated. */
  async run(
    provider: TranslatedProvider,
    deployment: Deployment,
    exchange: CompletionExchange,
    signal: AbortSignal,
  ): Promise<void> {
    const { request, client } = exchange;
    const frame = frameOf(exchange, deployment);
    if (request.stream) {
      const chunks = new ChunkStream(frame, request.includeUsage, client);
      return this.translate(provider, deployment, exchange, chunks, signal);
    }
    const completion = new CompletionBuilder(frame);
    await this.translate(provider, deployment, exchange, completion, signal);
    client.sendWhole(JSON.stringify(completion.result));
  }

  private async translate(
    provider: TranslatedProvider,
    deployment: Deployment,
    { request, client, metered }: CompletionExchange,
    output: CompletionOutput,
    signal: AbortSignal,
  ): Promise<void> {
    const asked = asResponsesRequest(request);
    const catalog = new ToolCatalog(asked.tools);
    const usedCallIds = new Set(request.messages().flatMap(callIdsOf));
    const encoder = new CompletionEncoder({
      ...{ backendId: deployment.backend.id, catalog, usedCallIds, output },
      onUsage: (tokens) => metered.usage(tokens),
    });
    const { model, options } = translatedCall(provider, deployment, asked, catalog, samplingOf(request.body));
    await watched(deployment.timeouts, signal, async (watch) => {
      for await (const part of languageModelStream(model, options, watch.signal)) {
        watch.touch();
        if (isOutput(part)) metered.firstOutput();
        encoder.write(part);
        if (encoder.finished) break;
        if (client.congested) await watch.paused(client.drained());
      }
    });
    if (!encoder.finished) throw UpstreamError.cutOff();
  }
}

const frameOf = ({ request }: CompletionExchange, { backend }: Deployment): CompletionFrame => ({
  id: `chatcmpl-${newId().replaceAll('-', '')}`,
  created: Math.floor(Date.now() / 1000),
  model: request.model ?? backend.id,
});

const callIdsOf = (message: JsonObject): string[] =>
  objectsOf(message.tool_calls).flatMap(({ id }) => textOf(id) ?? []);
