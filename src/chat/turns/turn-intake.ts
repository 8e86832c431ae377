import { Injectable } from '@nestjs/common';
import { AppServerPool } from '../../app-server/pool/app-server-pool';
import { unavailable } from '../../common/domain.error';
import { messagesRefused } from '../../common/metrics';
import type { Write } from '../../database/write-queue';
import type { ChatEvent, EventDraft } from '../event-log/chat-event';
import { EventLog } from '../event-log/event-log';
import { TurnQueue } from './turn-queue';
import { QueuedTurn, TurnScheduler } from './turn-scheduler';

const ALL_SESSIONS_BUSY = 'As many sessions as there may be are at work (MAX_SESSIONS); try again later.';

export interface QueuedTurnEntry {
  readonly before: readonly EventDraft[];
  /** @param position turns of the chat that end before this one can start. */
  readonly queued: (position: number) => EventDraft;
  readonly writes: readonly Write<unknown>[];
}

/** Takes a turn into the queue: counted, committed, and only then started. */
@Injectable()
export class TurnIntake {
  constructor(
    private readonly queue: TurnQueue,
    private readonly log: EventLog,
    private readonly scheduler: TurnScheduler,
    private readonly pool: AppServerPool,
  ) {}

  /**
   * @throws DomainError `pool_saturated` or `chat_queue_full`, or what the writes threw; nothing is stored then.
   */
  async accept(queued: QueuedTurn, entry: QueuedTurnEntry): Promise<readonly ChatEvent[]> {
    const { chatId, userId } = queued.turn;
    const ref = { chatId, userId };
    if (!this.pool.admits(ref)) {
      messagesRefused.inc({ code: 'pool_saturated' });
      throw unavailable('pool_saturated', ALL_SESSIONS_BUSY);
    }
    const running = this.scheduler.current(chatId)?.turn.status === 'running' ? 1 : 0;
    const position = this.queue.waitingIn(chatId) + running;
    this.queue.reserve(ref);
    try {
      const events = [...entry.before, entry.queued(position)];
      const stored = await this.log.append(ref, { events, writes: entry.writes }, 'refuse');
      this.scheduler.wake(ref, queued);
      return stored;
    } catch (error) {
      this.queue.release(ref);
      throw error;
    }
  }
}
