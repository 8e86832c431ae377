import { Injectable } from '@nestjs/common';
import type { AcceptedMessage } from '../../chat/message-intake';
import { DomainError } from '../../common/domain.error';
import { ComponentLogger, Logger } from '../../common/logger';
import { Conversations } from '../../contracts/conversations';
import { written } from '../../realtime/client-backlog';
import type { AdmittedSocket } from '../../realtime/socket-admission';
import { poolEvent } from './pool-events';

/** Threads that one connection follows. */
const MAX_THREADS = 100;

/** What the connections of the namespace follow. A client that does not read holds up its own events alone. */
@Injectable()
export class PoolSubscriptions {
  private readonly bySocket = new WeakMap<AdmittedSocket, Map<string, AbortController>>();
  private readonly logger: ComponentLogger;

  constructor(
    private readonly conversations: Conversations,
    logger: Logger,
  ) {
    this.logger = logger.child({ component: 'socket' });
  }

  /** To be called once for each connection. */
  attach(socket: AdmittedSocket): void {
    const threads = new Map<string, AbortController>();
    this.bySocket.set(socket, threads);
    socket.once('disconnect', () => {
      for (const end of threads.values()) end.abort();
    });
  }

  /**
   * Has the client follow a thread from the turn on that is begun in it, unless it does already. A place for it is kept meanwhile, so
   * that no turn is begun and then called refused.
   *
   * @throws DomainError 429 `too_many_subscriptions`, before anything is begun
   */
  async followFrom<T extends Pick<AcceptedMessage, 'seqBefore'>>(
    socket: AdmittedSocket,
    threadId: string,
    begin: () => Promise<T>,
  ): Promise<T> {
    const threads = this.threadsOf(socket);
    if (threads.has(threadId)) return begin();
    if (threads.size >= MAX_THREADS) throw TOO_MANY;
    const place = new AbortController();
    threads.set(threadId, place);
    try {
      const begun = await begin();
      if (threads.get(threadId) === place) this.follow(socket, threadId, begun.seqBefore);
      return begun;
    } finally {
      if (threads.get(threadId) === place) threads.delete(threadId);
    }
  }

  /**
   * From now on the client gets what comes behind the event `after`, until it is ended; one that follows the thread already begins
   * anew.
   *
   * @param threadId of a chat that the user may see @throws DomainError 429 `too_many_subscriptions`
   */
  follow(socket: AdmittedSocket, threadId: string, after: number): void {
    this.end(socket, threadId);
    const threads = this.threadsOf(socket);
    if (threads.size >= MAX_THREADS) throw TOO_MANY;
    const end = new AbortController();
    if (!socket.connected) return;
    threads.set(threadId, end);
    this.send(socket, { threadId, after }, end.signal)
      .catch((error: unknown) => {
        if (!(error instanceof DomainError))
          this.logger.error({ err: error, chatId: threadId }, 'a thread is not followed any more');
      })
      .finally(() => {
        if (threads.get(threadId) !== end) return;
        threads.delete(threadId);
        if (!end.signal.aborted) socket.emit('thread/closed', { threadId });
      });
  }

  end(socket: AdmittedSocket, threadId: string): void {
    const threads = this.threadsOf(socket);
    threads.get(threadId)?.abort();
    threads.delete(threadId);
  }

  private async send(
    socket: AdmittedSocket,
    { threadId, after }: { readonly threadId: string; readonly after: number },
    end: AbortSignal,
  ): Promise<void> {
    const { user } = socket.data;
    const watch = this.conversations.watch(user, threadId, end);
    try {
      for await (const batch of this.conversations.log(user, threadId, after, watch.signal)) {
        const told = batch.map((event) => ({ seq: event.seq, event: poolEvent(event) }));
        for (const { seq, event } of told) if (event !== undefined) socket.emit(event.name, { ...event.data, seq });
        await written(socket);
      }
    } finally {
      watch.stop();
    }
  }

  private threadsOf(socket: AdmittedSocket): Map<string, AbortController> {
    return this.bySocket.get(socket) ?? new Map<string, AbortController>();
  }
}

const TOO_MANY = new DomainError(
  429,
  'too_many_subscriptions',
  `A connection may follow at most ${MAX_THREADS} threads; release one, or open another connection.`,
);
