import { Injectable } from '@nestjs/common';
import { once } from '../../common/once';
import { Deployment } from '../catalog/deployment';
import { isOutput, languageModelStream, translatedCall } from '../providers/language-model-call';
import { callNative, nativeCall } from '../providers/native-call';
import { NativeProvider, TranslatedProvider } from '../providers/provider';
import { ProviderTable } from '../providers/provider-table';
import { ToolCatalog } from '../providers/translation/tool-catalog';
import { Backpressure } from '../providers/upstream/backpressure';
import { UpstreamFlow } from '../providers/upstream/upstream-exchange';
import { UpstreamPool, withMargin } from '../providers/upstream/upstream-pool';
import { watched } from '../routing/attempt-watch';
import { Dispatcher } from '../routing/dispatcher';
import { canCarry, needsOfResponse } from '../routing/request-needs';
import { KeepAlive } from '../wire/http/keep-alive';
import { isObject, JsonObject, parseJson, textOf } from '../wire/json';
import { ResponsesRequest } from '../wire/responses-request';
import { isResponseObject } from '../wire/response-object';
import { frameFor } from '../wire/sse-frames';
import { upstreamErrorInstead } from '../wire/upstream-failure';
import { UpstreamError } from '../wire/upstream.error';
import { tokensOfParts, tokensOfResponse } from '../wire/usage';
import { PreparedCall } from './call-preparation';
import { ResponseEncoder } from './encoder/response-encoder';
import { NativeStream } from './native-stream';
import { ResponseWriter } from './response-writer';
import { replayedEvents } from './stored/response-replay';

/** A prepared call with all that makes and sends its response. */
export interface ResponseRun extends PreparedCall {
  readonly writer: ResponseWriter;
  readonly encoder: ResponseEncoder;
  readonly catalog: ToolCatalog;
}

/** One attempt at an answer, on one deployment. */
interface Attempt {
  readonly deployment: Deployment;
  /** Aborted when the client leaves. */
  readonly client: AbortSignal;
}

/** Makes one response, by translation or by passing a provider's own through. */
@Injectable()
export class ResponseExecutor {
  constructor(
    private readonly providers: ProviderTable,
    private readonly dispatcher: Dispatcher,
    private readonly pool: UpstreamPool,
  ) {}

  /**
   * Sends the events of the response, by way of whatever deployment answers, with signs of life while nothing is said.
   *
   * @throws UpstreamError; what has been sent by then stays sent.
   */
  async stream(run: ResponseRun): Promise<void> {
    const { writer, encoder } = run;
    const keepAlive = new KeepAlive(writer, () => writer.keepRelayAlive() || encoder.keepAlive());
    try {
      await this.dispatch(run, (attempt) => this.send(run, attempt));
    } finally {
      keepAlive.stop();
    }
  }

  /** The complete response, for a request that does not stream. @throws UpstreamError */
  complete(run: ResponseRun): Promise<unknown> {
    return this.dispatch(run, async (attempt) => {
      const connection = this.providers.connectionOf(attempt.deployment);
      if (connection.protocol === 'responses') return relayComplete(connection, run, attempt);
      await translate(connection, run, attempt);
      return run.writer.final;
    });
  }

  private async send(run: ResponseRun, attempt: Attempt): Promise<void> {
    const connection = this.providers.connectionOf(attempt.deployment);
    if (connection.protocol === 'responses') await relay(this.pool, connection, run, attempt);
    else await translate(connection, run, attempt);
  }

  private dispatch<T>(run: ResponseRun, attempt: (attempt: Attempt) => Promise<T>): Promise<T> {
    const { target, writer, metered, request, profile } = run;
    const needs = once(() => needsOfResponse(request, profile.checksRequests));
    return this.dispatcher.run(target, {
      canCarry: (backend) => canCarry(needs(), backend, this.providers.isNative(backend)),
      attempt: (deployment, client) => {
        writer.startAttempt();
        return attempt({ deployment, client });
      },
      outputBegun: () => writer.outputBegun,
      metered,
      signal: writer.closed,
    });
  }
}

/** What only a translation needs is made when it is asked for. */
export function responseRun(call: PreparedCall, writer: ResponseWriter): ResponseRun {
  const { request, target, frame } = call;
  const catalog = once(() => new ToolCatalog(request.tools));
  const usedCallIds = once(() => callIdsOf(request.input));
  const encoder = new ResponseEncoder({
    frame,
    backendId: target.backend.id,
    get catalog() {
      return catalog();
    },
    get usedCallIds() {
      return usedCallIds();
    },
    send: (event) => writer.send(event),
  });
  return {
    ...{ ...call, writer, encoder },
    get catalog() {
      return catalog();
    },
  };
}

/** The same run about another request with the same tools. */
export const withRequest = (run: ResponseRun, request: ResponsesRequest): ResponseRun => ({ ...run, request });

const callIdsOf = (input: readonly JsonObject[]): Set<string> =>
  new Set(input.flatMap((item) => textOf(item.call_id) ?? []));

/** Sends the answer of a language model as events. @throws UpstreamError; what has been sent by then stays sent. */
async function translate(
  provider: TranslatedProvider,
  { request, writer, catalog, encoder, metered, target }: ResponseRun,
  { deployment, client }: Attempt,
): Promise<void> {
  encoder.answeredBy(deployment.backend.id);
  // Where a backend with the Responses API may take over, its own first events are to be the first.
  if (target.backend.fallbacks.length === 0) encoder.open();
  const call = translatedCall(provider, deployment, request, catalog);
  await watched(deployment.timeouts, client, async (watch) => {
    for await (const part of languageModelStream(call, watch.signal)) {
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
async function relay(
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
    const reader = { takesEvents: true, eventsOf: eventsOfResponse, start, data };
    await pool.post({ ...call, timeouts: withMargin(call.timeouts) }, reader, watch.signal);
    stream.end();
  });
}

/** The events of a whole response, for a server that answers a request for a stream so; undefined for any other body. */
function eventsOfResponse(json: string): Buffer | undefined {
  const response = parseJson(json);
  if (!isResponseObject(response) || !isObject(response) || isObject(response.error)) return undefined;
  const frames = [...replayedEvents(response)].map((event) => frameFor(event.type, JSON.stringify(event)));
  return Buffer.concat(frames.map(({ bytes }) => bytes));
}

/** The answer of a provider with the Responses API to a request that does not stream. @throws UpstreamError */
async function relayComplete(
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
