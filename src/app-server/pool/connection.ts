import { ComponentLogger } from '../../common/logger';
import { AppServerProcess, ProcessListener } from '../process/app-server-process';
import { describeExit, ProcessExit } from '../process/process-exit';
import type { RequestId } from '../protocol/generated/RequestId';
import type { ServerNotification } from '../protocol/generated/ServerNotification';
import type { ServerRequest } from '../protocol/generated/ServerRequest';
import type { Method, ParamsOf, ResultOf } from '../protocol/protocol';
import { OutcomeUnknownError } from '../rpc/rpc.errors';
import { RequestOptions } from '../rpc/rpc-client';
import { LoadedThreads } from './loaded-threads';
import { BackpressureGate } from './backpressure-gate';
import { InstanceLostError } from './pool.errors';
import { SignalQueue } from './signal-queue';
import { WatchdogLimits, Watchdog, Watched } from './watchdog';
import { ThreadSignal, threadIdOf } from './thread-signal';

/** Requests of codex that a turn waits for. */
const TURN_REQUESTS: ReadonlySet<string> = new Set<ServerRequest['method']>([
  'item/commandExecution/requestApproval',
  'item/fileChange/requestApproval',
  'item/permissions/requestApproval',
  'item/tool/requestUserInput',
  'item/tool/call',
  'mcpServer/elicitation/request',
]);

/**
 * What an instance is while one process of it lives: its threads, its turns, and who receives what is said about which
 * thread. A restart of the instance is another connection, so that nothing of the old one can reach it.
 */
export class Connection implements ProcessListener, Watched {
  readonly process: AppServerProcess;
  readonly threads = new LoadedThreads();
  private readonly readers = new Map<string, SignalQueue<ThreadSignal>>();
  private readonly backpressure: BackpressureGate;
  private readonly idleWaiters: (() => void)[] = [];
  /** Requests of codex that are not answered, and the threads that they are for. */
  private readonly unanswered = new Map<RequestId, string>();
  private readonly watchdog: Watchdog;
  private readonly startedAt = performance.now();
  private runningTurns = 0;
  private fault: string | null = null;

  /** @throws Error when not even an attempt to start the process is possible */
  constructor(
    readonly instanceId: string,
    launch: (listener: ProcessListener) => AppServerProcess,
    private readonly logger: ComponentLogger,
    silence: WatchdogLimits,
  ) {
    this.process = launch(this);
    this.backpressure = new BackpressureGate(this.process);
    this.watchdog = new Watchdog(this, silence, (reason) => this.kill(reason));
  }

  /** Does the handshake, and from then on watches that the process answers. @throws what a request throws */
  async initialize(timeoutMs: number): Promise<void> {
    await this.process.initialize(timeoutMs);
    if (this.loss === null) this.watchdog.start();
  }

  get ageMs(): number {
    return performance.now() - this.startedAt;
  }

  /** This service has ended it, because it did not answer. */
  get wasKilled(): boolean {
    return this.fault !== null;
  }

  get messagesReceived(): number {
    return this.process.client.messagesReceived;
  }

  get isHeldUp(): boolean {
    return this.backpressure.isPaused;
  }

  get isBusy(): boolean {
    return this.runningTurns > 0 || this.process.client.inFlight > 0;
  }

  /** Ends the process at once; its turns end with this reason. */
  kill(reason: string): void {
    if (this.loss !== null) return;
    this.fault ??= reason;
    this.logger.warn({ reason, turns: this.turns }, `app-server killed: ${reason}`);
    this.process.kill();
  }

  /** Threads that codex itself counts as loaded, those of its sub-agents included. @throws what a request throws */
  async loadedThreads(timeoutMs: number): Promise<string[]> {
    const { client } = this.process;
    const { data } = await this.backpressure.during(() => client.request('thread/loaded/list', {}, { timeoutMs }));
    return data;
  }

  /** Asks the process for a sign of life now, and kills it if there is none. */
  probeNow(): void {
    this.watchdog.probeNow();
  }

  async probe(timeoutMs: number): Promise<void> {
    await this.loadedThreads(timeoutMs);
  }

  /** Turns that have a slot here, from lease to release. */
  get turns(): number {
    return this.runningTurns;
  }

  /** Set once the process has ended. */
  get loss(): InstanceLostError | null {
    const { end } = this.process;
    return end === null ? null : this.lossBy(end);
  }

  /** It has ended, or is about to. */
  get isLost(): boolean {
    return this.wasKilled || this.loss !== null;
  }

  takeTurn(): void {
    this.runningTurns += 1;
  }

  returnTurn(): void {
    this.runningTurns -= 1;
    if (this.runningTurns === 0) this.idleWaiters.splice(0).forEach((resolve) => resolve());
  }

  /** Resolves when no turn has a slot here any more. */
  whenIdle(): Promise<void> {
    return this.runningTurns === 0 ? Promise.resolve() : new Promise((resolve) => this.idleWaiters.push(resolve));
  }

  /**
   * @throws InstanceLostError when the process is gone, or was killed because it said nothing all the time,
   * RequestRefusedError, OutcomeUnknownError
   */
  async request<M extends Method>(method: M, params: ParamsOf<M>, options: RequestOptions): Promise<ResultOf<M>> {
    const { client } = this.process;
    const receivedBefore = client.messagesReceived;
    try {
      return await this.backpressure.during(() => client.request(method, params, options));
    } catch (error) {
      if (this.loss !== null) throw this.loss;
      if (!(error instanceof OutcomeUnknownError) || client.messagesReceived !== receivedBefore) throw error;
      const reason = `it has said nothing for ${Math.round(options.timeoutMs)} ms, nor answered ${method}`;
      this.kill(reason);
      throw new InstanceLostError(this.instanceId, reason);
    }
  }

  /** From now on, what is said about the thread is kept for its reader. */
  listen(threadId: string): SignalQueue<ThreadSignal> {
    const reader: SignalQueue<ThreadSignal> = new SignalQueue((pressed) =>
      this.backpressure.setPressure(reader, pressed),
    );
    if (this.loss !== null) reader.fail(this.loss);
    this.readers.set(threadId, reader);
    return reader;
  }

  /** Ends the thread's reader, and refuses what codex still waits for. */
  stopListening(threadId: string): void {
    this.readers.get(threadId)?.end();
    this.readers.delete(threadId);
    for (const [id, requester] of this.unanswered) {
      if (requester === threadId) this.answer(id, () => this.process.client.refuse(id, 'nobody is there to answer'));
    }
  }

  onNotification(notification: ServerNotification): void {
    const threadId = threadIdOf(notification);
    if (notification.method === 'serverRequest/resolved') this.unanswered.delete(notification.params.requestId);
    if (notification.method === 'thread/closed') this.threads.remove(notification.params.threadId);
    const reader = threadId === null ? undefined : this.readers.get(threadId);
    if (reader !== undefined) reader.push({ kind: 'notification', notification });
    else this.logUnread(notification);
  }

  onRequest(request: ServerRequest): void {
    const { client } = this.process;
    if (!TURN_REQUESTS.has(request.method)) return client.refuseUnknown(request);
    const threadId = threadIdOf(request) ?? '';
    const reader = this.readers.get(threadId);
    if (reader === undefined) return client.refuse(request.id, 'nobody is there to answer');
    this.unanswered.set(request.id, threadId);
    reader.push({
      kind: 'request',
      request,
      respond: (result) => this.answer(request.id, () => client.respond(request.id, result)),
      refuse: (message) => this.answer(request.id, () => client.refuse(request.id, message)),
    });
  }

  /** Every reader learns it after what was said before. */
  onEnd(exit: ProcessExit): void {
    this.watchdog.stop();
    const loss = this.lossBy(exit);
    for (const reader of this.readers.values()) reader.fail(loss);
  }

  private lossBy(exit: ProcessExit): InstanceLostError {
    const how = describeExit(exit);
    return new InstanceLostError(this.instanceId, this.fault === null ? how : `${how}: ${this.fault}`);
  }

  private answer(id: RequestId, write: () => void): void {
    this.unanswered.delete(id);
    write();
  }

  private logUnread(notification: ServerNotification): void {
    const { method, params } = notification;
    if (method === 'configWarning') this.logger.warn({ params }, `codex warns: ${params.summary}`);
    else this.logger.trace({ method, threadId: threadIdOf(notification) }, 'nobody listens to this notification');
  }
}
