import { newId } from '../../common/ids';
import { Deployment } from '../catalog/deployment';
import { isOutput, languageModelStream, translatedCall } from '../providers/language-model-call';
import { completionFieldChanges } from '../providers/completion-fields';
import { TranslatedProvider } from '../providers/provider';
import { ToolCatalog } from '../providers/translation/tool-catalog';
import { watched } from '../routing/attempt-watch';
import { JsonObject, objectsOf, textOf } from '../wire/json';
import { UpstreamError } from '../wire/upstream.error';
import { CompletionEncoder } from './completion-encoder';
import { ChunkStream, CompletionBuilder, CompletionFrame, CompletionOutput } from './completion-output';
import { CompletionRun } from './completion-relay';
import { asResponsesRequest, samplingOf } from './completion-to-responses';

/**
 * Asks a provider of another protocol through the AI SDK, with the same translation as the Responses API has.
 *
 * @throws UpstreamError; what has been sent by then stays sent. OpenAiError 400 for what cannot be translated.
 */
export async function translateCompletion(
  provider: TranslatedProvider,
  run: CompletionRun,
  deployment: Deployment,
  signal: AbortSignal,
): Promise<void> {
  const { request, writer } = run;
  const frame = frameOf(run, deployment);
  if (request.stream) {
    const chunks = new ChunkStream(frame, request.includeUsage, writer);
    return translate(provider, run, deployment, chunks, signal);
  }
  const completion = new CompletionBuilder(frame);
  await translate(provider, run, deployment, completion, signal);
  writer.sendComplete(JSON.stringify(completion.result));
}

async function translate(
  provider: TranslatedProvider,
  { request, writer, metered }: CompletionRun,
  deployment: Deployment,
  output: CompletionOutput,
  signal: AbortSignal,
): Promise<void> {
  const { backend, timeouts } = deployment;
  completionFieldChanges(backend.type, request.body);
  const translated = asResponsesRequest(request);
  const catalog = new ToolCatalog(translated.tools);
  const usedCallIds = new Set(request.messages().flatMap(callIdsOf));
  const encoder = new CompletionEncoder({ backendId: backend.id, catalog, usedCallIds, output, metered });
  const call = translatedCall(provider, deployment, translated, catalog, samplingOf(request.body));
  await watched(timeouts, signal, async (watch) => {
    for await (const part of languageModelStream(call, watch.signal)) {
      watch.touch();
      if (isOutput(part)) writer.noteOutput();
      encoder.write(part);
      if (encoder.finished) break;
      if (writer.congested) await watch.paused(writer.drained());
    }
  });
  if (!encoder.finished) throw UpstreamError.cutOff();
}

const frameOf = ({ request }: CompletionRun, { backend }: Deployment): CompletionFrame => ({
  id: `chatcmpl-${newId().replaceAll('-', '')}`,
  created: Math.floor(Date.now() / 1000),
  model: request.model ?? backend.id,
});

const callIdsOf = (message: JsonObject): string[] =>
  objectsOf(message.tool_calls).flatMap(({ id }) => textOf(id) ?? []);
