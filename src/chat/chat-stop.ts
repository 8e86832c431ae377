import { Injectable } from '@nestjs/common';
import { User } from '../auth/user';
import type { QueueFate } from './dto/queue.dto';
import { QueueChanges } from './queue-changes';
import { TurnControl } from './turn-control';
import { WaitingMessages } from './waiting-messages';

/** Stops a chat's turn, with what becomes of the messages that wait behind it. */
@Injectable()
export class ChatStop {
  constructor(
    private readonly control: TurnControl,
    private readonly waiting: WaitingMessages,
    private readonly changes: QueueChanges,
  ) {}

  /**
   * What becomes of the queue is stored first, so that nothing that waits begins when the turn has ended.
   *
   * @returns id of the turn that is being interrupted, or null
   * @throws DomainError `chat_not_found`, `read_only`, `storage_unavailable`
   */
  async interrupt(user: User, chatId: string, queue: QueueFate = 'keep'): Promise<string | null> {
    if (queue === 'keep') return this.control.interrupt(user, chatId);
    const caller = await this.waiting.caller(user, chatId);
    if (queue === 'hold') await this.changes.hold(caller);
    else await this.changes.remove(caller, 'cleared', ({ waiting }) => waiting);
    return this.control.interrupt(user, chatId, 'what waits');
  }
}
