import { Inject, Injectable } from '@nestjs/common';
import { AgentPool } from '../../app-server/agent/agent-pool';
import { slotsRefused } from '../../app-server/pool/pool-metrics';
import { ChatConfig } from '../../config/chat.config';
import { PoolConfig } from '../../config/pool.config';
import { messagesRefused, queuedTurns } from '../../common/metrics';
import { DomainError, unavailable } from '../../common/domain.error';
import { holdsShare } from '../../common/fair-share';
import { StorageSpace } from '../../runtime/storage-space';
import type { ChatRef } from '../event-log/log-entry';

const ALL_SESSIONS_BUSY = 'As many sessions as there may be are at work (MAX_SESSIONS); try again later.';

const STORAGE_LOW =
  'The disk of the service is nearly full: nothing new is taken until there is space again. Delete chats or files that are not needed, or try again later.';

/**
 * The admission: counts the accepted turns that have not started, so that no more are accepted than the service can
 * promise to run. What it has accepted waits for as long as it takes, behind those of its chat and then for the pool.
 *
 * One user may fill the queue. It is full for those alone who hold their share of it then, so that nobody is kept out by
 * another; by the shares of those who come later it may be longer than its size.
 */
@Injectable()
export class TurnQueue {
  private readonly waiting = new Map<string, number>();
  private readonly waitingOf = new Map<string, number>();
  private total = 0;

  constructor(
    private readonly pool: PoolConfig,
    private readonly chat: ChatConfig,
    private readonly agents: AgentPool,
    @Inject(StorageSpace) private readonly storage: Pick<StorageSpace, 'isLow'>,
  ) {}

  get length(): number {
    return this.total;
  }

  /** There is too little space on the disk to begin anything. */
  get isStorageLow(): boolean {
    return this.storage.isLow;
  }

  /** @throws DomainError `storage_low` when there is too little space on the disk for anything new */
  checkStorage(): void {
    if (this.isStorageLow) throw refused('storage_low', STORAGE_LOW);
  }

  /**
   * Takes a place for a message that is about to be accepted.
   *
   * @returns accepted turns of the chat that have not started and come before it
   * @throws DomainError `storage_low`, `pool_saturated` or `chat_queue_full`; the message is not accepted then.
   */
  reserve(chat: ChatRef): number {
    const before = this.check(chat);
    this.restore(chat);
    return before;
  }

  /** The same without taking the place. */
  check(chat: ChatRef): number {
    this.checkStorage();
    if (!this.agents.admits(chat)) throw refused('pool_saturated', ALL_SESSIONS_BUSY);
    if (this.isFullFor(chat.userId)) {
      slotsRefused.inc({ reason: 'saturated' });
      const detail = `${this.total} turns wait already; try again later.`;
      throw refused('pool_saturated', detail);
    }
    const before = this.waitingIn(chat.chatId);
    if (before >= this.chat.queueSize) {
      const detail = `${this.chat.queueSize} messages of this chat wait already; try again when one has been answered.`;
      throw refused('chat_queue_full', detail);
    }
    return before;
  }

  /** Takes a place for a turn that was accepted before the service was restarted. */
  restore({ chatId, userId }: ChatRef): void {
    count(this.waiting, chatId, 1);
    count(this.waitingOf, userId, 1);
    this.total++;
    queuedTurns.set(this.total);
  }

  /** Gives back the place of a turn that has started, ended, or was not accepted after all. */
  release({ chatId, userId }: ChatRef): void {
    if (!this.waiting.has(chatId)) return;
    count(this.waiting, chatId, -1);
    count(this.waitingOf, userId, -1);
    this.total--;
    queuedTurns.set(this.total);
  }

  /** Gives back every place of a chat that is gone. */
  releaseAll(chat: ChatRef): void {
    while (this.waiting.has(chat.chatId)) this.release(chat);
  }

  waitingIn(chatId: string): number {
    return this.waiting.get(chatId) ?? 0;
  }

  private isFullFor(userId: string): boolean {
    const { turnQueueSize } = this.pool;
    const held = this.waitingOf.get(userId) ?? 0;
    return this.total >= turnQueueSize && holdsShare(turnQueueSize, held, this.waitingOf.size);
  }
}

function count(counts: Map<string, number>, key: string, change: 1 | -1): void {
  const changed = (counts.get(key) ?? 0) + change;
  if (changed > 0) counts.set(key, changed);
  else counts.delete(key);
}

function refused(code: 'pool_saturated' | 'chat_queue_full' | 'storage_low', detail: string): DomainError {
  messagesRefused.inc({ code });
  return unavailable(code, detail);
}
