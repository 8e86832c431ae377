import { Injectable } from '@nestjs/common';
import { User } from '../../auth/user';
import { DomainError } from '../../common/domain.error';
import type { MessageDto } from '../dto/message.dto';
import { TurnResultDto } from '../dto/send-message.dto';
import type { ChatEvent } from '../event-log/chat-event';
import { EventFollower } from '../event-log/event-follower';
import type { AcceptedMessage } from '../message-intake';

/** Follows one turn to its end. */
@Injectable()
export class TurnFollower {
  constructor(private readonly events: EventFollower) {}

  /** The events of a turn, in batches, from its first to `turn.completed`. */
  async *follow(
    user: User,
    chatId: string,
    { turnId, seqBefore }: AcceptedMessage,
    signal: AbortSignal,
  ): AsyncGenerator<readonly ChatEvent[]> {
    for await (const batch of this.events.follow({ chatId, userId: user.id }, seqBefore, signal)) {
      const ofTurn = batch.filter((event) => event.turnId === turnId);
      if (ofTurn.length > 0) yield ofTurn;
      if (ofTurn.some((event) => event.type === 'turn.completed')) return;
    }
  }

  /**
   * Waits for the end of a turn.
   *
   * @throws DomainError `wait_aborted` when `signal` ends the wait; the turn goes on.
   */
  async ended(user: User, chatId: string, accepted: AcceptedMessage, signal: AbortSignal): Promise<TurnResultDto> {
    let message: MessageDto | null = null;
    for await (const batch of this.follow(user, chatId, accepted, signal)) {
      for (const event of batch) {
        if (event.type === 'message.completed' && event.data.message.role === 'assistant') message = event.data.message;
        if (event.type === 'turn.completed') return { turn: event.data.turn, message };
      }
    }
    throw new DomainError(504, 'wait_aborted', 'The turn goes on; read its messages or its events later.');
  }
}
