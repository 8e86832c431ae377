import { Injectable } from '@nestjs/common';
import { once } from '../../common/once';
import { ProviderTable } from '../providers/provider-table';
import { ToolCatalog } from '../providers/translation/tool-catalog';
import { UpstreamPool } from '../providers/upstream/upstream-pool';
import { Dispatcher } from '../routing/dispatcher';
import { JsonObject, textOf } from '../wire/json';
import { PreparedCall } from './call-preparation';
import { ResponseEncoder } from './encoder/response-encoder';
import { Attempt, relay, relayComplete, ResponseRun, translate } from './response-attempt';
import { ResponseWriter } from './response-writer';

/** A client like codex gives up on a stream that is silent for long (300 s there); half of common proxies' 30 s. */
const KEEP_ALIVE_MS = 15_000;
const CHECK_INTERVAL_MS = 1000;

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
    const keepAlive = new KeepAlive(writer, KEEP_ALIVE_MS, () => writer.keepRelayAlive() || encoder.keepAlive());
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

  private dispatch<T>({ target, writer, metered }: ResponseRun, attempt: (attempt: Attempt) => Promise<T>): Promise<T> {
    return this.dispatcher.run(target, {
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

/** A prepared call with all that makes and sends its response. What only a translation needs is made when it is asked for. */
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

const callIdsOf = (input: readonly JsonObject[]): Set<string> =>
  new Set(input.flatMap((item) => textOf(item.call_id) ?? []));

/** Has something sent to a client that has received nothing for a while. */
export class KeepAlive {
  private calledAt = performance.now();
  private readonly timer: NodeJS.Timeout;

  /** @param silenceMs after which `send` is called, and again and again. */
  constructor(
    private readonly writer: Pick<ResponseWriter, 'lastSentAtMs'>,
    private readonly silenceMs: number,
    private readonly send: () => void,
  ) {
    this.timer = setInterval(() => this.check(), Math.min(CHECK_INTERVAL_MS, silenceMs));
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private check(): void {
    const nowMs = performance.now();
    if (nowMs - Math.max(this.calledAt, this.writer.lastSentAtMs) < this.silenceMs) return;
    this.calledAt = nowMs;
    this.send();
  }
}
