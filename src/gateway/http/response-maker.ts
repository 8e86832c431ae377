import { Injectable } from '@nestjs/common';
import { GatewayConfig } from '../../config/gateway.config';
import { BackendKeys } from '../backends/backend-keys';
import { UpstreamError } from '../errors/upstream.error';
import { JsonObject, textOf } from '../protocol/json';
import { responseFrame } from '../protocol/response-snapshot';
import { ResponsesRequest } from '../protocol/responses-request';
import { uniqueId } from '../protocol/unique-id';
import { languageModelStream } from '../providers/language-model-stream';
import { callNative } from '../providers/native-responses';
import { Provider, TranslatedProvider } from '../providers/provider';
import { ProviderTable } from '../providers/provider-table';
import { callOptionsOf } from '../translate/call-options';
import { ResponseEncoder } from '../translate/response-encoder';
import { ToolCatalog } from '../translate/tool-catalog';
import { Target } from './backend-router';
import { EventSink, EventStream } from './event-stream';
import { SilenceWatch } from './silence-watch';

/** A client like codex gives up on a stream that is silent for long (300 s there); half of common proxies' 30 s. */
const KEEP_ALIVE_MS = 15_000;

/** One request on its way: what is asked, of whom, and who listens. */
export interface Exchange<Sink extends EventSink = EventSink> {
  readonly request: ResponsesRequest;
  readonly target: Target;
  readonly sink: Sink;
  readonly catalog: ToolCatalog;
  readonly encoder: ResponseEncoder;
}

/** Makes the events of one response, by translation or by passing the provider's own through. */
@Injectable()
export class ResponseMaker {
  constructor(
    private readonly providers: ProviderTable,
    private readonly keys: BackendKeys,
    private readonly config: GatewayConfig,
  ) {}

  exchange<Sink extends EventSink>(request: ResponsesRequest, target: Target, sink: Sink): Exchange<Sink> {
    const backendId = target.backend.id;
    const catalog = new ToolCatalog(request.tools);
    const told = { model: request.model ?? backendId, lean: target.caller.isCodex };
    const encoder = new ResponseEncoder({
      frame: responseFrame(uniqueId('resp'), request.body, told),
      backendId,
      catalog,
      usedCallIds: callIdsOf(request.input),
      send: (event) => sink.send(event),
    });
    return { request, target, sink, catalog, encoder };
  }

  /** @throws UpstreamError for a backend whose key is not set. */
  providerOf({ backend }: Target): Provider {
    if (!backend.ready) throw UpstreamError.notReady(backend.notReadyReason ?? 'it is not configured');
    return this.providers.get(backend.type);
  }

  /** @throws UpstreamError; what has been sent by then stays sent. */
  async translate(provider: TranslatedProvider, { request, target, sink, catalog, encoder }: Exchange): Promise<void> {
    const { backend } = target;
    const model = provider.languageModel(backend, target.model, () => this.keys.find(backend.apiKeyEnv) ?? '');
    const options = callOptionsOf(request, catalog, backend.id);
    encoder.start();
    await this.watched(
      sink,
      () => encoder.keepAlive(),
      async (signal, heard) => {
        for await (const part of languageModelStream(model, options, signal)) {
          heard();
          encoder.write(part);
          if (sink.congested) await sink.drained();
        }
        if (encoder.result === undefined) throw UpstreamError.cutOff();
      },
    );
  }

  /** @throws UpstreamError; once the stream has started the provider's answer was cut off. */
  async relay({ request, target, sink }: Exchange<EventStream>): Promise<void> {
    await this.watched(
      sink,
      () => undefined,
      async (signal, heard) => {
        const answer = await this.callNative(request, target, signal);
        const body: ReadableStream<Uint8Array> | null = answer.body;
        if (body === null) return;
        for await (const chunk of body) {
          heard();
          sink.write(chunk);
          if (sink.congested) await sink.drained();
        }
      },
    );
  }

  /** The answer of a provider with the Responses API to a request that does not stream. */
  async relayWhole({ request, target, sink }: Exchange): Promise<unknown> {
    return this.watched(
      sink,
      () => undefined,
      async (signal) => (await this.callNative(request, target, signal)).json(),
    );
  }

  private callNative(request: ResponsesRequest, { backend, model }: Target, signal: AbortSignal): Promise<Response> {
    const apiKey = this.keys.find(backend.apiKeyEnv);
    return callNative({ baseUrl: backend.baseUrl ?? '', apiKey, model, request }, signal);
  }

  /** Runs `work` with a signal that ends it when the client leaves or the provider is silent for too long. */
  private async watched<T>(
    sink: EventSink,
    keepAlive: () => void,
    work: (signal: AbortSignal, heard: () => void) => Promise<T>,
  ): Promise<T> {
    const seconds = this.config.idleTimeoutSeconds;
    const idle = new AbortController();
    const limits = { keepAliveMs: KEEP_ALIVE_MS, idleMs: seconds * 1000 };
    const watch = new SilenceWatch(limits, keepAlive, () => idle.abort(UpstreamError.silent(seconds)));
    try {
      return await work(AbortSignal.any([sink.closed, idle.signal]), () => watch.touch());
    } finally {
      watch.stop();
    }
  }
}

const callIdsOf = (input: readonly JsonObject[]): Set<string> =>
  new Set(input.flatMap((item) => textOf(item.call_id) ?? []));
