import { Injectable } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import { once } from '../../common/once';
import { requestContext } from '../../common/request-context';
import { Database } from '../../database/database';
import { find } from '../../database/rows';
import { ChatEntity } from '../entities/chat.entity';
import { MessageEntity, NewMessage } from '../entities/message.entity';
import { TurnEntity } from '../entities/turn.entity';
import type { ChatEvent, EventDraft } from '../event-log/chat-event';
import type { ChatRef, EntryWrite } from '../event-log/log-entry';
import { TurnExecution } from './turn-execution';
import { TurnQueue } from './turn-queue';
import { TurnServices } from './turn-services';

/** A turn with what it has to answer. */
export interface QueuedTurn {
  readonly turn: TurnEntity;
  readonly message: NewMessage;
}

/** What is stored with a turn that is accepted. */
export interface AcceptedEntry {
  /** @param position turns of the chat that end before this one can start. */
  readonly events: (position: number) => readonly EventDraft[];
  readonly writes: readonly EntryWrite[];
}

interface ActiveChat {
  /** More was queued while the last look at the database was under way. */
  again: boolean;
  /** What waits was changed since then: what it has found may be another order, or other messages. */
  isOutdated: boolean;
  execution?: TurnExecution;
  readonly done: Promise<void>;
}

const RETRY_AFTER_FAULT_MS = 1_000;
const PAUSE_STEP_MS = 50;
const PAUSE_ATTEMPTS = 40;

/** Runs the queued turns of each chat one after another, in the order of acceptance or in that which users have made of it. */
@Injectable()
export class TurnScheduler {
  private readonly active = new Map<string, ActiveChat>();
  /** Chats that are being deleted, and by how many callers. */
  private readonly closed = new Map<string, number>();
  /** The last of the changes of what waits in a chat that are under way, one after another. */
  private readonly rearranging = new Map<string, Promise<void>>();
  private phase: 'closed' | 'open' | 'stopping' = 'closed';

  constructor(
    private readonly services: TurnServices,
    private readonly database: Database,
    private readonly queue: TurnQueue,
  ) {}

  /** Counts the turns that were accepted and not started before the last stop; to be called before more are accepted. */
  async restore(): Promise<void> {
    for (const turn of await this.queued()) this.queue.restore(turn);
  }

  /** From now on turns run, those that are queued already first. */
  async open(): Promise<void> {
    this.phase = 'open';
    for (const { chatId, userId } of await this.queued()) this.wake({ chatId, userId });
  }

  /**
   * Takes a turn into the queue: counted, committed, and only then started.
   *
   * @throws DomainError `pool_saturated` or `chat_queue_full`, or what the writes threw; nothing is stored then.
   */
  async accept(queued: QueuedTurn, { events, writes }: AcceptedEntry): Promise<readonly ChatEvent[]> {
    const { chatId, userId } = queued.turn;
    const chat = { chatId, userId };
    const running = this.current(chatId)?.turn.status === 'running' ? 1 : 0;
    const position = this.queue.reserve(chat) + running;
    try {
      const stored = await this.services.log.append(chat, { events: events(position), writes }, 'refuse');
      this.wake(chat, queued);
      return stored;
    } catch (error) {
      this.queue.release(chat);
      throw error;
    }
  }

  /**
   * Changes what waits in a chat: one change at a time, and meanwhile nothing that waits is taken up. What is taken up
   * afterwards is read anew.
   */
  async rearrange<T>(chat: ChatRef, change: () => Promise<T>): Promise<T> {
    const { chatId } = chat;
    const before = this.rearranging.get(chatId);
    const mine = Promise.withResolvers<void>();
    this.rearranging.set(chatId, mine.promise);
    try {
      await before;
      this.outdate(chatId);
      return await change();
    } finally {
      if (this.rearranging.get(chatId) === mine.promise) this.rearranging.delete(chatId);
      mine.resolve();
      this.outdate(chatId);
      this.wake(chat);
    }
  }

  /** A turn that is next, and has not begun, goes back to those that wait. To be called in a change of what waits. */
  stepBack(chatId: string): void {
    this.current(chatId)?.stepBack();
  }

  /** Forgets turns of the chat whose end is stored and that have not begun; to be called in a change of what waits. */
  withdraw(chat: ChatRef, turnIds: readonly string[]): void {
    const execution = this.current(chat.chatId);
    if (execution && turnIds.includes(execution.turn.id)) execution.withdraw();
    for (let count = 0; count < turnIds.length; count++) this.queue.release(chat);
  }

  /**
   * A turn of the chat is queued.
   *
   * @param accepted that turn as it was just stored; saves reading it again where no other waits before it.
   */
  wake(chat: ChatRef, accepted?: QueuedTurn): void {
    const active = this.active.get(chat.chatId);
    if (active) active.again = true;
    else if (this.mayRun(chat.chatId)) this.begin(chat, this.queue.waitingIn(chat.chatId) === 1 ? accepted : undefined);
  }

  /** Takes up the turns that were left queued while there was too little space on the disk. */
  async resume(): Promise<void> {
    if (this.phase === 'open') await this.open();
  }

  /** The turns that run now, over all chats. */
  get running(): TurnExecution[] {
    return [...this.active.values()].flatMap(({ execution }) =>
      execution?.turn.status === 'running' ? [execution] : [],
    );
  }

  get runningTurns(): number {
    return this.running.length;
  }

  /** @throws DomainError `storage_low` when there is too little space on the disk for anything new */
  checkStorage(): void {
    this.queue.checkStorage();
  }

  /** @throws DomainError as `accept` does for what has no place in the queue */
  checkAdmission(chat: ChatRef): void {
    this.queue.check(chat);
  }

  /** The turn of the chat that runs, or is next to. */
  current(chatId: string): TurnExecution | undefined {
    return this.active.get(chatId)?.execution;
  }

  /** Runs nothing more in a chat that is about to be deleted; resolves when its running turn has ended. */
  async close(chatId: string): Promise<void> {
    this.closed.set(chatId, (this.closed.get(chatId) ?? 0) + 1);
    const active = this.active.get(chatId);
    active?.execution?.interrupt();
    await active?.done;
  }

  /**
   * Keeps the turns of a chat from beginning.
   *
   * @returns what lets them go on; undefined where one runs, or is about to
   */
  async pause(chat: ChatRef): Promise<(() => void) | undefined> {
    const { chatId } = chat;
    // One that has just ended is left within moments.
    for (let attempt = 0; this.active.has(chatId); attempt += 1) {
      const status = this.current(chatId)?.turn.status;
      if (status === 'running' || status === 'queued' || attempt === PAUSE_ATTEMPTS) return undefined;
      await Promise.race([this.active.get(chatId)?.done, sleep(PAUSE_STEP_MS)]);
    }
    this.closed.set(chatId, (this.closed.get(chatId) ?? 0) + 1);
    return once(() => this.reopen(chat));
  }

  /** Goes on with the turns of a chat that could not be deleted, unless another caller is still about to. */
  reopen(chat: ChatRef): void {
    const callers = (this.closed.get(chat.chatId) ?? 0) - 1;
    if (callers > 0) return void this.closed.set(chat.chatId, callers);
    this.closed.delete(chat.chatId);
    this.wake(chat);
  }

  /** Forgets a chat whose rows are gone, with its turns that waited. */
  forget(chat: ChatRef): void {
    this.closed.delete(chat.chatId);
    this.queue.releaseAll(chat);
  }

  /** Starts no more turns; those that run get `graceMs` to end and are interrupted then. Queued ones stay queued. */
  async stop(graceMs: number): Promise<void> {
    this.phase = 'stopping';
    const all = Promise.all([...this.active.values()].map(({ done }) => done));
    await Promise.race([all, sleep(graceMs, undefined, { ref: false })]);
    for (const { execution } of this.active.values()) execution?.stop();
    await all;
  }

  private outdate(chatId: string): void {
    const active = this.active.get(chatId);
    if (active) active.isOutdated = true;
  }

  private mayRun(chatId: string): boolean {
    if (this.phase !== 'open' || this.closed.has(chatId) || this.queue.isStorageLow) return false;
    return !this.rearranging.has(chatId);
  }

  /** Of all chats; which of them comes first to the pool is no promise. */
  private queued(): Promise<TurnEntity[]> {
    const order = { createdAt: 'ASC', chatId: 'ASC', ordinal: 'ASC' } as const;
    return this.database.read.find(TurnEntity, { where: { status: 'queued' }, order });
  }

  private begin(chat: ChatRef, first: QueuedTurn | undefined): void {
    const done = Promise.withResolvers<void>();
    const active: ActiveChat = { again: true, isOutdated: false, done: done.promise };
    this.active.set(chat.chatId, active);
    // Outside of the request that woke it: the turns that it runs belong to others, too.
    void requestContext.exit(() => this.runQueued(chat, active, first)).finally(done.resolve);
  }

  private async runQueued(chat: ChatRef, active: ActiveChat, first: QueuedTurn | undefined): Promise<void> {
    let next = first;
    while (active.again && this.mayRun(chat.chatId)) {
      active.again = false;
      active.isOutdated = false;
      try {
        next ??= await this.oldestQueued(chat.chatId);
        const isTaken = next !== undefined && (await this.execute(next, active));
        if (isTaken && this.queue.waitingIn(chat.chatId) > 0) active.again = true;
      } catch (error) {
        this.services.logger.error({ err: error, chatId: chat.chatId }, 'a queued turn could not be taken up');
        active.again = true;
        await sleep(RETRY_AFTER_FAULT_MS);
      }
      next = undefined;
    }
    // In the same step as the last look at `again`: a wake from here on begins anew.
    this.active.delete(chat.chatId);
  }

  private async oldestQueued(chatId: string): Promise<QueuedTurn | undefined> {
    const { read } = this.database;
    const turn = await read.findOne(TurnEntity, { where: { chatId, status: 'queued' }, order: { ordinal: 'ASC' } });
    if (!turn) return undefined;
    const where = { chatId, turnId: turn.id, role: 'user' as const };
    return { turn, message: await read.findOneOrFail(MessageEntity, { where, order: { seq: 'ASC' } }) };
  }

  /**
   * Runs the turn to its end. It keeps its place in the queue if it did not even start.
   *
   * @returns false when it may not begin now; a wake comes when it may
   */
  private async execute({ turn, message }: QueuedTurn, active: ActiveChat): Promise<boolean> {
    const { chatId, userId } = turn;
    // Read now: since the message came, other turns may have ended, with a thread and with usage for the chat.
    const [[chat], unsynced] = await Promise.all([
      find(this.database.read, ChatEntity, { id: chatId }, 1),
      this.services.threads.unsyncedBefore(turn),
    ]);
    if (!chat || active.isOutdated || !this.mayRun(chatId)) return false;
    if (chat.queueHeld && chat.queuePass !== turn.id) return false;
    const leaveQueue = once(() => this.queue.release({ chatId, userId }));
    const execution = new TurnExecution(this.services, { chat, turn, unsynced }, leaveQueue);
    active.execution = execution;
    try {
      await requestContext.run({ requestId: turn.options.requestId }, () => execution.execute(message));
    } finally {
      active.execution = undefined;
      if (turn.status !== 'queued' && !execution.isRemoved) leaveQueue();
      if (turn.status !== 'queued') this.services.recorder.afterTurn(chat, turn);
    }
    return true;
  }
}
