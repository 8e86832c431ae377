import { Deployment } from '../catalog/deployment';
import { isOutput, languageModelStream } from '../providers/language-model-stream';
import { callNative, nativeCall } from '../providers/native-call';
import { NativeProvider, TranslatedProvider } from '../providers/provider';
import { translatedCall } from '../providers/translated-call';
import { ToolCatalog } from '../providers/translation/tool-catalog';
import { Backpressure } from '../providers/upstream/backpressure';
import { UpstreamFlow } from '../providers/upstream/upstream-exchange';
import { UpstreamPool, withMargin } from '../providers/upstream/upstream-pool';
import { watched } from '../routing/attempt-watch';
import { JsonObject } from '../wire/json';
import { isResponseObject } from '../wire/response-object';
import { upstreamErrorInstead } from '../wire/upstream-failure';
import { UpstreamError } from '../wire/upstream.error';
import { tokensOfParts, tokensOfResponse } from '../wire/usage';
import { PreparedCall } from './call-preparation';
import { ResponseEncoder } from './encoder/response-encoder';
import { NativeStream } from './native-stream';
import { ResponseWriter } from './response-writer';

/** A prepared call with all that makes and sends its response. */
export interface ResponseRun extends PreparedCall {
  readonly writer: ResponseWriter;
  readonly encoder: ResponseEncoder;
  readonly catalog: ToolCatalog;
}

/** One attempt at an answer, on one deployment. */
export interface Attempt {
  readonly deployment: Deployment;
  /** Aborted when the client leaves. */
  readonly client: AbortSignal;
}

/** Sends the answer of a language model as events. @throws UpstreamError; what has been sent by then stays sent. */
export async function translate(
  provider: TranslatedProvider,
  { request, writer, catalog, encoder, metered, target }: ResponseRun,
  { deployment, client }: Attempt,
): Promise<void> {
  encoder.answeredBy(deployment.backend.id);
  // Where a backend with the Responses API may take over, its own first events are to be the first.
  if (target.backend.fallbacks.length === 0) encoder.open();
  const { model, options } = translatedCall(provider, deployment, request, catalog);
  await watched(deployment.timeouts, client, async (watch) => {
    for await (const part of languageModelStream(model, options, watch.signal)) {
      watch.touch();
      if (isOutput(part)) encoder.open();
      if (part.type === 'finish') metered.usage(tokensOfParts(part.usage));
      encoder.write(part);
      if (encoder.result !== undefined) break;
      if (writer.congested) await watch.paused(writer.drained());
    }
  });
  if (encoder.result === undefined) throw UpstreamError.cutOff();
}

/** Passes a provider's own events on. @throws UpstreamError; what has been sent by then stays sent. */
export async function relay(
  pool: UpstreamPool,
  provider: NativeProvider,
  { request, writer, metered, profile }: ResponseRun,
  { deployment, client }: Attempt,
): Promise<void> {
  await watched(deployment.timeouts, client, async (watch) => {
    const stream = new NativeStream({ writer, metered, profile, onEvent: () => watch.touch() });
    const backpressure = new Backpressure(writer, () => watch.paused(writer.drained()));
    const data = (chunk: Buffer): void => {
      stream.write(chunk);
      if (stream.isFinished) backpressure.conclude();
      else backpressure.check();
    };
    const call = nativeCall(provider, deployment, request);
    const start = (_: unknown, upstream: UpstreamFlow): void => backpressure.start(upstream);
    const reader = { takesEvents: true, start, data };
    await pool.post({ ...call, timeouts: withMargin(call.timeouts) }, reader, watch.signal);
    stream.end();
  });
}

/** The answer of a provider with the Responses API to a request that does not stream. @throws UpstreamError */
export async function relayComplete(
  provider: NativeProvider,
  { request, writer, metered }: ResponseRun,
  { deployment, client }: Attempt,
): Promise<JsonObject> {
  const answer: unknown = await watched(deployment.timeouts, client, async ({ signal }) =>
    (await callNative(provider, deployment, request, signal)).json(),
  );
  if (!isResponseObject(answer)) throw upstreamErrorInstead('response', answer);
  writer.noteOutput();
  metered.usage(tokensOfResponse(answer.usage));
  return answer;
}
