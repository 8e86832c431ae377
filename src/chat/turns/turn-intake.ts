import { Injectable } from '@nestjs/common';
import type { Write } from '../../database/write-queue';
import type { ChatEvent, EventDraft } from '../event-log/chat-event';
import { EventLog } from '../event-log/event-log';
import { TurnQueue } from './turn-queue';
import { QueuedTurn, TurnScheduler } from './turn-scheduler';

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
  ) {}

  /**
   * @throws DomainError `pool_saturated` or `chat_queue_full`, or what the writes threw; nothing is stored then.
   */
  async accept(queued: QueuedTurn, entry: QueuedTurnEntry): Promise<readonly ChatEvent[]> {
    const { chatId, userId } = queued.turn;
    const ref = { chatId, userId };
    const running = this.scheduler.current(chatId)?.turn.status === 'running' ? 1 : 0;
    const position = this.queue.reserve(ref) + running;
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
