import { setTimeout as sleep } from 'node:timers/promises';
import {
  CancellationTokenSource,
  ErrorCodes,
  MessageConnection,
  ParameterStructures,
  ResponseError,
} from 'vscode-jsonrpc/node';
import { BackoffOptions, backoffDelayMs } from '../../common/backoff';
import { withDeadline } from '../../common/deadline';
import { ComponentLogger } from '../../common/logger';
import { Semaphore } from '../../common/semaphore';
import type { ClientNotification } from '../protocol/generated/ClientNotification';
import type { ServerNotification } from '../protocol/generated/ServerNotification';
import type { ServerRequest } from '../protocol/generated/ServerRequest';
import type { Method, ParamsOf, ResultOf } from '../protocol/protocol';
import { connectLines } from './connection';
import { METHOD_NOT_FOUND, OVERLOADED, REFUSED, RequestId } from './message';
import { LineMessageReader, OVERSIZED_REQUEST, OversizedRequest } from './message-reader';
import { LineMessageWriter } from './message-writer';
import { OutcomeUnknownError, RequestRefusedError } from './rpc.errors';
import { ServerRequests } from './server-requests';

/**
 * Requests that one app-server works on at once: half of what its queue holds (quirk `inbound-queue`), which leaves room
 * for what it asks itself.
 */
const MAX_IN_FLIGHT = 64;
const OVERLOAD_BACKOFF: BackoffOptions = { initialMs: 50, maximumMs: 2_000 };
/** Errors that are the library's and the reader's, not the server's: whether the work was done is unknown. */
const WITHOUT_ANSWER: readonly number[] = [
  ErrorCodes.MessageReadError,
  ErrorCodes.MessageWriteError,
  ErrorCodes.PendingResponseRejected,
];

/** Who receives what the server says by itself. A request must be answered, or the turn hangs. */
export interface ServerListener {
  onNotification(notification: ServerNotification): void;
  onRequest(request: ServerRequest): void;
}

export interface RequestOptions {
  /** From the call to its answer, waiting for a place and repeats included. */
  readonly timeoutMs: number;
}

/**
 * The typed side of one app-server's JSON-RPC; knows no thread and no turn. Which answer belongs to which request, errors,
 * cancellation and the end of the connection are the library's; deadlines and the limits of codex are kept here.
 */
export class RpcClient {
  private readonly connection: MessageConnection;
  private readonly slots = new Semaphore(MAX_IN_FLIGHT);
  private readonly requests = new ServerRequests();
  private closedBecause: string | null = null;

  constructor(
    private readonly reader: LineMessageReader,
    private readonly writer: LineMessageWriter,
    private readonly listener: ServerListener,
    private readonly logger: ComponentLogger,
  ) {
    this.connection = connectLines(reader, writer, logger);
    this.connection.onNotification((method, params) => this.receive({ method, params } as ServerNotification));
    this.connection.onRequest(OVERSIZED_REQUEST, ({ params }: { params: OversizedRequest }) => refusalOf(params));
    this.connection.onRequest((_method, request) => this.ask(request as ServerRequest));
    this.connection.listen();
  }

  /** Requests of ours that wait for their answer. */
  get inFlight(): number {
    return this.slots.inUse;
  }

  /** Messages that have come so far: a process that is silent does not raise it. */
  get messagesReceived(): number {
    return this.reader.messagesRead;
  }

  /**
   * Sends a request; one that the server was too busy to look at is sent again until the deadline.
   *
   * @throws RequestRefusedError when nothing was done
   * @throws OutcomeUnknownError when the deadline passed or the process ended after the request was written
   */
  async request<M extends Method>(method: M, params: ParamsOf<M>, { timeoutMs }: RequestOptions): Promise<ResultOf<M>> {
    const endsAt = performance.now() + timeoutMs;
    if (!(await this.slots.acquire({ timeoutMs }))) {
      throw new RequestRefusedError(method, OVERLOADED, `no place among the requests in flight within ${timeoutMs} ms`);
    }
    try {
      return (await this.sendUntilAccepted(method, params, endsAt)) as ResultOf<M>;
    } finally {
      this.slots.release();
    }
  }

  notify({ method }: ClientNotification): void {
    if (this.closedBecause === null) void this.connection.sendNotification(method);
  }

  /** Answers a request of the server; without effect when it is answered or withdrawn already. */
  respond(id: RequestId, result: unknown): void {
    this.requests.answer(id, result);
  }

  /** Answers a request of the server with an error. */
  refuse(id: RequestId, message: string, code = REFUSED): void {
    this.requests.answer(id, new ResponseError(code, message));
  }

  /** For a request that this service does not know. */
  refuseUnknown({ id, method }: ServerRequest): void {
    this.logger.warn({ method }, 'the app-server asks for something that this service does not know');
    this.refuse(id, `Unhandled method ${method}`, METHOD_NOT_FOUND);
  }

  /** The process is gone: once all that it said is received, rejects everything that waits for an answer. */
  async close(reason: string): Promise<void> {
    await this.reader.whenTaken();
    this.closedBecause = reason;
    this.requests.withdrawAll();
    this.connection.dispose();
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
    const deadline = new CancellationTokenSource();
    const timer = setTimeout(() => deadline.cancel(), endsAt - performance.now());
    try {
      return await this.connection.sendRequest(method, ParameterStructures.byName, params, deadline.token);
    } catch (error) {
      throw error instanceof ResponseError ? this.failureOf(method, error) : error;
    } finally {
      clearTimeout(timer);
      deadline.dispose();
    }
  }

  private failureOf(method: Method, { code, message, data }: ResponseError<unknown>): Error {
    if (!WITHOUT_ANSWER.includes(code)) return new RequestRefusedError(method, code, message, data);
    return new OutcomeUnknownError(method, this.closedBecause ?? message);
  }

  private async waitForRoom(method: Method, timeoutMs: number): Promise<void> {
    try {
      await withDeadline(this.writer.whenDrained(), timeoutMs, method);
    } catch {
      throw new RequestRefusedError(method, OVERLOADED, 'the app-server takes no input');
    }
  }

  private ask(request: ServerRequest): Promise<unknown> {
    return this.requests.ask(request, (asked) => this.listener.onRequest(asked));
  }

  private receive(notification: ServerNotification): void {
    if (notification.method === 'serverRequest/resolved') this.requests.withdraw(notification.params.requestId);
    this.listener.onNotification(notification);
  }
}

const refusalOf = ({ method, bytes }: OversizedRequest): ResponseError =>
  new ResponseError(REFUSED, `the request ${method} of ${bytes} bytes is too long to read`);
