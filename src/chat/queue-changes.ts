import { Injectable } from '@nestjs/common';
import type { AuthorDto } from '../access/author.dto';
import { conflict, DomainError, notFound } from '../common/domain.error';
import { isId } from '../common/ids';
import { Database } from '../database/database';
import type { QueueDto } from './dto/queue.dto';
import { ChatEntity } from './entities/chat.entity';
import { MessageEntity } from './entities/message.entity';
import { EventLog } from './event-log/event-log';
import { concat, type OnStorageFault } from './event-log/log-entry';
import { queueChanged, QueueMovedError, QueuePlan } from './queue-entries';
import { QueueReader, QueueSnapshot, WaitingTurn } from './queue-reader';
import { turnRemoved } from './turns/turn-state';
import { TurnScheduler } from './turns/turn-scheduler';

/** How often a change is thought over because turns begin or come in meanwhile, before its caller is told. */
const MAX_TRIES = 10;

/** Whose change of which chat's queue it is. */
export interface QueueCaller {
  readonly chat: ChatEntity;
  readonly author: AuthorDto;
  /** The version that the caller has seen; undefined: whatever it is. */
  readonly expectedVersion?: string;
}

/** What a change comes to: what is to be stored, or undefined where there is nothing to do. */
type Planning = (queue: QueueSnapshot) => Promise<QueuePlan | undefined> | QueuePlan | undefined;

/**
 * Changes what waits in a chat: one change after another, each in one transaction with its events, and none while a turn that
 * waits begins. Whoever may write in the chat may change its queue.
 */
@Injectable()
export class QueueChanges {
  constructor(
    private readonly database: Database,
    private readonly scheduler: TurnScheduler,
    private readonly log: EventLog,
    private readonly reader: QueueReader,
  ) {}

  /**
   * Does several things to the queue that nobody else gets between, nor a turn that waits and begins. That goes on where the
   * caller is told that it cannot be known whether they are stored.
   */
  exclusively<T>({ chat }: QueueCaller, change: () => Promise<T>): Promise<T> {
    return this.database.confirmed(this.scheduler.rearrange({ chatId: chat.id, userId: chat.userId }, change));
  }

  /**
   * Makes a change and answers the queue after it.
   *
   * @throws DomainError 409 `queue_changed`, `storage_unavailable`; what `plan` throws
   */
  async make(caller: QueueCaller, plan: Planning): Promise<QueueDto> {
    await this.exclusively(caller, () => this.change(caller, plan));
    return this.reader.shown(await this.reader.read(caller.chat.id));
  }

  /** The same within `exclusively`. @param onStorageFault `retry` for what has already happened */
  async change(caller: QueueCaller, plan: Planning, onStorageFault: OnStorageFault = 'refuse'): Promise<void> {
    const { chat, author } = caller;
    const mustGoOn = onStorageFault === 'retry';
    for (let tries = 1; ; tries++) {
      const queue = await (mustGoOn
        ? this.database.untilRead(() => this.reader.read(chat.id))
        : this.reader.read(chat.id));
      await this.expect(caller, queue);
      const planned = await plan(queue);
      if (planned === undefined) return;
      this.giveBackNext(queue, planned);
      try {
        const chatRef = { chatId: chat.id, userId: chat.userId };
        return void (await this.log.append(chatRef, queueChanged(queue, planned, author), onStorageFault));
      } catch (error) {
        if (!(error instanceof QueueMovedError)) throw error;
        if (!mustGoOn && tries === MAX_TRIES) throw await this.outdated(await this.reader.read(chat.id));
      }
    }
  }

  /** @throws DomainError 409 `queue_changed` when the queue is not the one that the caller has seen */
  async expect({ expectedVersion }: QueueCaller, queue: QueueSnapshot): Promise<void> {
    if (expectedVersion !== undefined && expectedVersion !== queue.version) throw await this.outdated(queue);
  }

  /** Nothing that waits begins until somebody releases the queue. Nothing happens to one that is held. */
  hold(caller: QueueCaller): Promise<QueueDto> {
    return this.make(caller, ({ chat }) => (chat.queueHeld && chat.queuePass === null ? undefined : HELD));
  }

  /** Nothing happens to a queue that is not held. */
  release(caller: QueueCaller): Promise<QueueDto> {
    return this.make(caller, ({ chat }) => (chat.queueHeld ? RELEASED : undefined));
  }

  /** Puts what waits in this order. @param ids of all waiting messages, or of their turns */
  reorder(caller: QueueCaller, ids: readonly string[]): Promise<QueueDto> {
    return this.make(caller, async (queue) => {
      const chosen = ids.map((id) => find(queue, id)?.turn.id);
      const turnIds = chosen.filter((id) => id !== undefined);
      const isAll = new Set(turnIds).size === queue.waiting.length && ids.length === queue.waiting.length;
      if (!isAll) throw await this.outdated(queue);
      const isSame = queue.waiting.every(({ turn }, index) => turn.id === turnIds[index]);
      return isSame ? undefined : { change: 'reordered', turnIds };
    });
  }

  /**
   * Takes one message back, or all: their turns end as `interrupted` (`removed_from_queue`), and the agent is never given them.
   *
   * @param choose the turns among those that wait
   */
  async remove(
    caller: QueueCaller,
    change: 'removed' | 'cleared',
    choose: (queue: QueueSnapshot) => readonly WaitingTurn[],
  ): Promise<void> {
    await this.exclusively(caller, async () => {
      let removed: readonly string[] = [];
      await this.change(caller, (queue) => {
        const turns = choose(queue).map(({ turn }) => turn);
        removed = turns.map(({ id }) => id);
        if (removed.length === 0) return undefined;
        const turnIds = idsOf(queue).filter((id) => !removed.includes(id));
        return { change, turnIds, entry: concat(...turns.map(turnRemoved)) };
      });
      this.scheduler.withdraw({ chatId: caller.chat.id, userId: caller.chat.userId }, removed);
    });
  }

  /**
   * The message of the queue that is meant, by its id or that of its turn.
   *
   * @throws DomainError `message_not_found`, 409 `message_not_waiting`
   */
  async waiting(queue: QueueSnapshot, id: string): Promise<WaitingTurn> {
    const found = find(queue, id);
    if (found) return found;
    const chatId = queue.chat.id;
    const known =
      isId(id) &&
      (await this.database.read.findBy(MessageEntity, [
        { id, chatId },
        { turnId: id, chatId },
      ]));
    if (!known || known.length === 0) throw notFound('message', id);
    throw conflict('message_not_waiting', `Message ${id} does not wait any more: its turn has begun, or is over.`);
  }

  /** The queue is not the one that the caller has seen; the error has the one that it is. */
  private async outdated(queue: QueueSnapshot): Promise<DomainError> {
    const detail = 'The queue is not the one that was to be changed; it is in `queue` as it is now.';
    return new DomainError(409, 'queue_changed', detail, { queue: await this.reader.shown(queue) });
  }

  /** What is next, and waits for its slot with what was read of it, is to be read anew after a change that concerns it. */
  private giveBackNext({ waiting, chat }: QueueSnapshot, { change, turnIds, editedId }: QueuePlan): void {
    const next = waiting[0]?.turn.id;
    const isElse = (change === 'reordered' || change === 'sent') && turnIds?.[0] !== next;
    if (change === 'held' || isElse || editedId === next) this.scheduler.stepBack(chat.id);
  }
}

const HELD: QueuePlan = { change: 'held', held: true, pass: null };
const RELEASED: QueuePlan = { change: 'released', held: false, pass: null };

export const idsOf = ({ waiting }: QueueSnapshot): string[] => waiting.map(({ turn }) => turn.id);

const find = ({ waiting }: QueueSnapshot, id: string): WaitingTurn | undefined =>
  waiting.find(({ turn, message }) => turn.id === id || message.id === id);
