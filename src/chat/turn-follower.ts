import { Injectable } from '@nestjs/common';
import { DomainError, unavailable } from '../common/domain.error';
import { abortWith } from '../common/abort-with';
import { PoolConfig } from '../config/pool.config';
import type { MessageDto } from './dto/message.dto';
import { TurnResultDto } from './dto/send-message.dto';
import { isPlan } from './entities/message.entity';
import type { ChatEvent } from './event-log/chat-event';
import { EventFollower } from './event-log/event-follower';
import type { AcceptedMessage } from './message-intake';

/** Follows one turn to its end. */
@Injectable()
export class TurnFollower {
  constructor(
    private readonly events: EventFollower,
    private readonly config: PoolConfig,
  ) {}

  /** The events of a turn, in batches, from its first to `turn.completed`. */
  async *follow(
    { chat, turnId, events, seqBefore }: AcceptedMessage,
    signal: AbortSignal,
  ): AsyncGenerator<readonly ChatEvent[]> {
    if (events.length > 0) yield events;
    const after = events.at(-1)?.seq ?? seqBefore;
    for await (const batch of this.events.follow(chat, after, signal)) {
      const ofTurn = batch.filter((event) => event.turnId === turnId);
      if (ofTurn.length > 0) yield ofTurn;
      if (ofTurn.some((event) => event.type === 'turn.completed')) return;
    }
  }

  /**
   * Waits for the end of a turn.
   *
   * @throws DomainError `pool_saturated` when the turn has not started within `CODEX_QUEUE_TIMEOUT_SECONDS`; it stays
   * queued. `wait_aborted` when `signal` ends the wait; the turn goes on. `chat_not_found` when the chat is deleted.
   */
  async ended(accepted: AcceptedMessage, signal: AbortSignal): Promise<TurnResultDto> {
    const { queueTimeoutSeconds } = this.config;
    const end = new AbortController();
    const forget = abortWith(signal, end);
    const timer = setTimeout(() => end.abort(), queueTimeoutSeconds * 1000);
    let message: MessageDto | null = null;
    try {
      for await (const batch of this.follow(accepted, end.signal)) {
        for (const event of batch) {
          if (event.type === 'turn.started') clearTimeout(timer);
          // What is said beside a plan ends behind it, and is not what was asked for.
          if (isAnswer(event) && !(message && isPlan(message) && !isPlan(event.data.message)))
            message = event.data.message;
          if (event.type === 'turn.completed') return { turn: event.data.turn, message };
        }
      }
    } finally {
      clearTimeout(timer);
      forget();
    }
    if (signal.aborted) {
      throw new DomainError(504, 'wait_aborted', 'The turn goes on; read its messages or its events later.');
    }
    if (end.signal.aborted) throw stillQueued(accepted, queueTimeoutSeconds);
    throw new DomainError(404, 'chat_not_found', `Chat ${accepted.chat.chatId} was deleted, and its turns with it.`);
  }
}

const isAnswer = (event: ChatEvent): event is Extract<ChatEvent, { type: 'message.completed' }> =>
  event.type === 'message.completed' &&
  event.data.message.role === 'assistant' &&
  event.data.message.status !== 'superseded';

function stillQueued({ messageId, turnId }: AcceptedMessage, seconds: number): DomainError {
  const detail =
    `Turn ${turnId} has not started within ${seconds} s. Message ${messageId} stays queued and will be answered: ` +
    `do not send it again, read the chat's events or messages later.`;
  return unavailable('pool_saturated', detail);
}
