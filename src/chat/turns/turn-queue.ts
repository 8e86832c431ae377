import { Injectable } from '@nestjs/common';
import { ChatConfig } from '../../config/chat.config';
import { PoolConfig } from '../../config/pool.config';
import { messagesRefused, queuedTurns } from '../../common/metrics';
import { DomainError, unavailable } from '../../common/domain.error';

const RETRY_AFTER_SECONDS = 5;

/** Counts the accepted turns that have not started, so that no more are accepted than the service can promise to run. */
@Injectable()
export class TurnQueue {
  private readonly waiting = new Map<string, number>();
  private total = 0;

  constructor(
    private readonly pool: PoolConfig,
    private readonly chat: ChatConfig,
  ) {}

  get length(): number {
    return this.total;
  }

  /**
   * Takes a place for a message that is about to be accepted.
   *
   * @throws DomainError `pool_saturated` or `chat_queue_full`; the message is not accepted then.
   */
  reserve(chatId: string): void {
    if (this.total >= this.pool.turnQueueSize) {
      const detail = `${this.total} turns wait already; try again later.`;
      throw refused('pool_saturated', detail);
    }
    if (this.waitingIn(chatId) >= this.chat.queueSize) {
      const detail = `${this.chat.queueSize} messages of this chat wait already; try again when one has been answered.`;
      throw refused('chat_queue_full', detail);
    }
    this.restore(chatId);
  }

  /** Takes a place for a turn that was accepted before the service was restarted. */
  restore(chatId: string): void {
    this.waiting.set(chatId, this.waitingIn(chatId) + 1);
    this.total++;
    queuedTurns.set(this.total);
  }

  /** Gives back the place of a turn that has started, ended, or was not accepted after all. */
  release(chatId: string): void {
    const left = this.waitingIn(chatId) - 1;
    if (left < 0) return;
    this.total--;
    queuedTurns.set(this.total);
    if (left === 0) this.waiting.delete(chatId);
    else this.waiting.set(chatId, left);
  }

  waitingIn(chatId: string): number {
    return this.waiting.get(chatId) ?? 0;
  }
}

function refused(code: 'pool_saturated' | 'chat_queue_full', detail: string): DomainError {
  messagesRefused.inc({ code });
  return unavailable(code, detail, RETRY_AFTER_SECONDS);
}
