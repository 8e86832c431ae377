import { setTimeout as sleep } from 'node:timers/promises';
import { BackoffOptions, backoffDelayMs } from '../../common/backoff';
import { withDeadline } from '../../common/deadline';
import { ComponentLogger } from '../../common/logger';
import type { ClientNotification } from '../protocol/generated/ClientNotification';
import type { ServerNotification } from '../protocol/generated/ServerNotification';
import type { ServerRequest } from '../protocol/generated/ServerRequest';
import type { Method, ParamsOf, ResultOf } from '../protocol/protocol';
import { isRequest, isResponse, METHOD_NOT_FOUND, OVERLOADED, REFUSED, RequestId, RpcMessage } from './message';
import { MessageSink } from './message-reader';
import { MessageWriter } from './message-writer';
import { PendingResponses } from './pending-responses';
import { RequestGate } from './request-gate';
import { OutcomeUnknownError, RequestRefusedError } from './rpc.errors';

/**
 * Requests that one app-server works on at once: half of what its queue holds (quirk `inbound-queue`), which leaves room
 * for what it asks itself.
 */
const MAX_IN_FLIGHT = 64;
const MAX_KNOWN = 1_000;
const OVERLOAD_BACKOFF: BackoffOptions = { initialMs: 50, maximumMs: 2_000 };

/** Who hears what the server says by itself. A request must be answered, or the turn hangs. */
export interface ServerListener {
  onNotification(notification: ServerNotification): void;
  onRequest(request: ServerRequest): void;
}

export interface RequestOptions {
  /** From the call to its answer, waiting for a place and repeats included. */
  readonly timeoutMs: number;
}

/** The typed side of one app-server's JSON-RPC; knows no thread and no turn. */
export class RpcClient implements MessageSink {
  private readonly pending = new PendingResponses();
  private readonly gate = new RequestGate(MAX_IN_FLIGHT);
  /** Requests of the server that are not answered. */
  private readonly open = new Set<RequestId>();
  /** The newest requests of the server, answered or not: it may send one again with the same id. */
  private readonly known = new Set<RequestId>();
  private nextId = 1;
  private closedBecause: string | null = null;
  private heard = 0;

  constructor(
    private readonly writer: MessageWriter,
    private readonly listener: ServerListener,
    private readonly logger: ComponentLogger,
  ) {}

  /** Requests of ours that wait for their answer. */
  get inFlight(): number {
    return this.gate.inFlight;
  }

  /** Messages that have come so far: a process that is silent does not raise it. */
  get messagesHeard(): number {
    return this.heard;
  }

  /**
   * Sends a request; one that the server was too busy to look at is sent again until the deadline.
   *
   * @throws RequestRefusedError when nothing was done
   * @throws OutcomeUnknownError when the deadline passed or the process ended after the request was written
   */
  async request<M extends Method>(method: M, params: ParamsOf<M>, { timeoutMs }: RequestOptions): Promise<ResultOf<M>> {
    const endsAt = performance.now() + timeoutMs;
    if (!(await this.gate.enter(timeoutMs))) {
      throw new RequestRefusedError(method, OVERLOADED, `no place among the requests in flight within ${timeoutMs} ms`);
    }
    try {
      return (await this.sendUntilAccepted(method, params, endsAt)) as ResultOf<M>;
    } finally {
      this.gate.leave();
    }
  }

  notify({ method }: ClientNotification): void {
    this.writer.write({ method });
  }

  /** Answers a request of the server; without effect when it is answered or withdrawn already. */
  respond(id: RequestId, result: unknown): void {
    if (this.open.delete(id)) this.writer.write({ id, result: result ?? null });
  }

  /** Answers a request of the server with an error. */
  refuse(id: RequestId, message: string, code = REFUSED): void {
    if (this.open.delete(id)) this.writer.write({ id, error: { code, message } });
  }

  /** For a request that this service does not know. */
  refuseUnknown({ id, method }: ServerRequest): void {
    this.logger.warn({ method }, 'the app-server asks for something that this service does not know');
    this.refuse(id, `Unhandled method ${method}`, METHOD_NOT_FOUND);
  }

  /** Rejects everything that waits for an answer: the process is gone. */
  close(reason: string): void {
    this.closedBecause = reason;
    this.open.clear();
    this.pending.failAll(reason);
  }

  message(message: RpcMessage): void {
    this.heard += 1;
    if (isResponse(message)) {
      if (!this.pending.settle(message)) this.logger.debug({ id: message.id }, 'an answer that nothing waits for');
    } else if (isRequest(message)) {
      this.receiveRequest(message as ServerRequest);
    } else {
      this.receiveNotification(message as ServerNotification);
    }
  }

  oversized({ id, method }: { id: RequestId; method?: string }, bytes: number): void {
    this.heard += 1;
    if (method === undefined) return this.pending.fail(id, `its answer of ${bytes} bytes is too long to read`);
    this.open.add(id);
    this.refuse(id, `the request ${method} of ${bytes} bytes is too long to read`);
  }

  private async sendUntilAccepted(method: Method, params: unknown, endsAt: number): Promise<unknown> {
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await this.send(method, params, endsAt);
      } catch (error) {
        const delayMs = backoffDelayMs(attempt, OVERLOAD_BACKOFF);
        const isOverload = error instanceof RequestRefusedError && error.code === OVERLOADED;
        if (!isOverload || performance.now() + delayMs >= endsAt) throw error;
        await sleep(delayMs);
      }
    }
  }

  private async send(method: Method, params: unknown, endsAt: number): Promise<unknown> {
    while (this.writer.isFull) await this.waitForRoom(method, endsAt - performance.now());
    if (this.closedBecause !== null) throw new OutcomeUnknownError(method, this.closedBecause);
    const remainingMs = endsAt - performance.now();
    const id = this.nextId++;
    const answer = this.pending.wait(id, method, remainingMs);
    this.writer.write({ id, method, params });
    return answer;
  }

  private async waitForRoom(method: Method, timeoutMs: number): Promise<void> {
    try {
      await withDeadline(this.writer.whenDrained(), timeoutMs, method);
    } catch {
      throw new RequestRefusedError(method, OVERLOADED, 'the app-server takes no input');
    }
  }

  private receiveRequest(request: ServerRequest): void {
    if (this.known.has(request.id)) {
      this.logger.debug({ id: request.id, method: request.method }, 'a request was sent again; skipped');
      return;
    }
    this.remember(request.id);
    this.listener.onRequest(request);
  }

  private remember(id: RequestId): void {
    this.open.add(id);
    this.known.add(id);
    if (this.known.size <= MAX_KNOWN) return;
    const [oldest] = this.known;
    if (oldest !== undefined) this.known.delete(oldest);
  }

  private receiveNotification(notification: ServerNotification): void {
    if (notification.method === 'serverRequest/resolved') this.open.delete(notification.params.requestId);
    this.listener.onNotification(notification);
  }
}
