import type { LanguageModelV4Usage } from '@ai-sdk/provider';
import { watched, withMargin } from '../routing/attempt-watch';
import { Deployment } from '../catalog/deployment';
import { NativeRelay, tokensOf } from './native-relay';
import { HeldFlow } from '../providers/upstream/backpressure';
import { UpstreamFlow } from '../providers/upstream/upstream-exchange';
import { UpstreamPool } from '../providers/upstream/upstream-pool';
import { translatedCall } from '../providers/translated-call';
import { upstreamErrorInstead } from '../wire/upstream-failure';
import { UpstreamError } from '../wire/upstream.error';
import { JsonObject } from '../wire/json';
import { isResponseObject } from '../wire/whole-response';
import { isOutput, languageModelStream } from '../providers/language-model-stream';
import { callNative, nativeCall } from '../providers/native-call';
import { NativeProvider, TranslatedProvider } from '../providers/provider';
import { CallTokens } from '../accounts/metered-call';
import { RelaySink } from './event-sink';
import { Exchange } from './exchange';

/** One attempt at an answer, on one deployment. */
export interface Attempt {
  readonly deployment: Deployment;
  /** Aborted when the client leaves. */
  readonly client: AbortSignal;
  /** Called for each piece of the answer. */
  readonly heard: () => void;
}

/** Sends the answer of a language model as events. @throws UpstreamError; what has been sent by then stays sent. */
export async function translate(
  provider: TranslatedProvider,
  { request, sink, catalog, encoder, metered, progress, target }: Exchange,
  { deployment, client, heard }: Attempt,
): Promise<void> {
  progress.relay = undefined;
  encoder.answeredBy(deployment.backend.id);
  // Where a backend with the Responses API may take over, its own first events are to be the first.
  if (target.backend.fallbacks.length === 0 && !encoder.started) encoder.start();
  const { model, options } = translatedCall(provider, deployment, request, catalog);
  await watched(deployment.timeouts, client, async (watch) => {
    for await (const part of languageModelStream(model, options, watch.signal)) {
      watch.heard();
      heard();
      if (isOutput(part)) metered.firstOutput();
      if (!encoder.started && isOutput(part)) encoder.start();
      if (part.type === 'finish') metered.usage(tokensOfParts(part.usage));
      encoder.write(part);
      if (encoder.result !== undefined) break;
      if (sink.congested) await watch.heldUp(sink.drained());
    }
  });
  if (encoder.result === undefined) throw UpstreamError.cutOff();
}

/** Passes a provider's own events on. @throws UpstreamError; what has been sent by then stays sent. */
export async function relay(
  pool: UpstreamPool,
  provider: NativeProvider,
  { request, sink, metered, target, progress, encoder }: Exchange<RelaySink>,
  { deployment, client, heard }: Attempt,
): Promise<void> {
  await watched(deployment.timeouts, client, async (watch) => {
    const passage = new NativeRelay({
      write: (frames) => sink.relay(frames),
      onUsage: (tokens) => metered.usage(tokens),
      onEvent: () => watch.heard(),
      failsFiltered: target.caller.isCodex,
      hasBegun: () => encoder.started,
    });
    progress.relay = passage;
    const data = (chunk: Buffer): void => {
      if (passage.write(chunk)) heard();
      if (passage.isFinished) flow.conclude();
      else flow.check();
    };
    const flow = new HeldFlow(sink, () => watch.heldUp(sink.drained()));
    const call = nativeCall(provider, deployment, request);
    const start = (_: unknown, upstream: UpstreamFlow): void => flow.start(upstream);
    const reader = { takesEvents: true, start, data };
    await pool.post({ ...call, timeouts: withMargin(call.timeouts) }, reader, watch.signal);
    passage.end();
  });
}

/** The answer of a provider with the Responses API to a request that does not stream. @throws UpstreamError */
export async function relayWhole(
  provider: NativeProvider,
  { request, metered }: Exchange,
  { deployment, client }: Attempt,
): Promise<JsonObject> {
  const answer: unknown = await watched(deployment.timeouts, client, async ({ signal }) =>
    (await callNative(provider, deployment, request, signal)).json(),
  );
  if (!isResponseObject(answer)) throw upstreamErrorInstead('response', answer);
  metered.firstOutput();
  const tokens = tokensOf(answer.usage);
  if (tokens !== undefined) metered.usage(tokens);
  return answer;
}

const tokensOfParts = ({ inputTokens, outputTokens }: LanguageModelV4Usage): CallTokens => ({
  input: inputTokens.total ?? 0,
  cached: inputTokens.cacheRead ?? 0,
  output: outputTokens.total ?? 0,
  reasoning: outputTokens.reasoning ?? 0,
});
