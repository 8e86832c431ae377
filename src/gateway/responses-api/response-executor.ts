import { Injectable } from '@nestjs/common';
import { once } from '../../common/once';
import { Dispatcher } from '../routing/dispatcher';
import { UpstreamPool } from '../providers/upstream/upstream-pool';
import { JsonObject, textOf } from '../wire/json';
import { ProviderTable } from '../providers/provider-table';
import { ResponseEncoder } from './encoder/response-encoder';
import { ToolCatalog } from '../providers/translation/tool-catalog';
import { AnswerProgress } from './answer-progress';
import { EventSink, RelaySink } from './event-sink';
import { Exchange, RoutedCall } from './exchange';
import { Attempt, relay, relayWhole, translate } from './response-attempt';
import { KeepAlive } from './keep-alive';

/** A client like codex gives up on a stream that is silent for long (300 s there); half of common proxies' 30 s. */
const KEEP_ALIVE_MS = 15_000;

export type { Exchange, RoutedCall } from './exchange';

/** Makes the events of one response, by translation or by passing the provider's own through. */
@Injectable()
export class ResponseExecutor {
  constructor(
    private readonly providers: ProviderTable,
    private readonly dispatcher: Dispatcher,
    private readonly pool: UpstreamPool,
  ) {}

  /** What only a translation needs is made when it is asked for. */
  exchange<Sink extends EventSink>(call: RoutedCall<Sink>): Exchange<Sink> {
    const { request, target, sink, frame } = call;
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
      send: (event) => sink.send(event),
    });
    const progress = new AnswerProgress(encoder);
    return {
      ...call,
      encoder,
      progress,
      get catalog() {
        return catalog();
      },
    };
  }

  /**
   * Sends the events of the response, by way of whatever deployment answers, with signs of life while nothing is said.
   *
   * @throws UpstreamError; what has been sent by then stays sent.
   */
  async stream(exchange: Exchange<RelaySink>): Promise<void> {
    const keepAlive = new KeepAlive(KEEP_ALIVE_MS, () => exchange.progress.keepAlive());
    try {
      await this.dispatch(
        exchange,
        () => keepAlive.touch(),
        (attempt) => this.send(exchange, attempt),
      );
    } finally {
      keepAlive.stop();
    }
  }

  /** The whole response, for a request that does not stream. @throws UpstreamError */
  whole(exchange: Exchange): Promise<unknown> {
    return this.dispatch(
      exchange,
      () => undefined,
      async (attempt) => {
        const connection = this.providers.connectionOf(attempt.deployment);
        if (connection.protocol === 'responses') return relayWhole(connection, exchange, attempt);
        await translate(connection, exchange, attempt);
        return exchange.encoder.result;
      },
    );
  }

  private async send(exchange: Exchange<RelaySink>, attempt: Attempt): Promise<void> {
    const connection = this.providers.connectionOf(attempt.deployment);
    if (connection.protocol === 'responses') await relay(this.pool, connection, exchange, attempt);
    else await translate(connection, exchange, attempt);
  }

  private dispatch<T>(
    { target, sink, metered, progress }: Exchange,
    heard: () => void,
    attempt: (attempt: Attempt) => Promise<T>,
  ): Promise<T> {
    return this.dispatcher.run(target, {
      attempt: (deployment, client) => attempt({ deployment, client, heard }),
      hasOutput: () => progress.hasOutput,
      metered,
      signal: sink.closed,
    });
  }
}

const callIdsOf = (input: readonly JsonObject[]): Set<string> =>
  new Set(input.flatMap((item) => textOf(item.call_id) ?? []));
