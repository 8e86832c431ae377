import { Injectable } from '@nestjs/common';
import type { ServerResponse } from 'node:http';
import { PrincipalWatch } from '../auth/principal-watch';
import type { Principal } from '../auth/principal';
import type { User } from '../auth/user';
import { ApprovalAnswers } from '../chat/approval-answers';
import { ChatDirectory } from '../chat/chat-directory';
import { ChatService, type SettingsChange } from '../chat/chat.service';
import { ChatStop } from '../chat/chat-stop';
import type { AnswerApprovalDto, ApprovalDto } from '../chat/dto/approval.dto';
import type { ChatDto, CreateChatDto } from '../chat/dto/chat.dto';
import type { SendMessageDto, TurnResultDto } from '../chat/dto/send-message.dto';
import type { ChatEvent } from '../chat/event-log/chat-event';
import { EventFollower } from '../chat/event-log/event-follower';
import { type AcceptedMessage, MessageIntake } from '../chat/message-intake';
import { TurnControl } from '../chat/turn-control';
import { TurnFollower } from '../chat/turn-follower';
import { DomainError } from '../common/domain.error';
import { hangUpSignal } from '../common/sse-stream';
import { WatchedChats } from '../realtime/watched-chats';

/** What somebody watches until it ends, or until they may not. */
export interface Watch {
  readonly signal: AbortSignal;
  /** To be called once, in any case. */
  readonly stop: () => void;
}

/**
 * All that a contract does with chats. A contract is mapping over these commands and the events of a chat's log, and keeps
 * nothing of its own, so that what was begun in one goes on in any other. Every method throws DomainError as the route of the
 * service's own API for the same purpose does.
 */
@Injectable()
export class Conversations {
  constructor(
    private readonly chats: ChatService,
    private readonly directory: ChatDirectory,
    private readonly intake: MessageIntake,
    private readonly turns: TurnFollower,
    private readonly events: EventFollower,
    private readonly control: TurnControl,
    private readonly stops: ChatStop,
    private readonly approvals: ApprovalAnswers,
    private readonly watched: WatchedChats,
    private readonly principals: PrincipalWatch,
  ) {}

  create(user: User, input: CreateChatDto): Promise<ChatDto> {
    return this.chats.create(user, input);
  }

  /** Makes a chat with its first message; where the message is refused there is no chat. */
  async begin(user: User, input: CreateChatDto, message: SendMessageDto): Promise<AcceptedMessage> {
    const { id } = await this.create(user, input);
    try {
      return await this.send(user, id, message);
    } catch (error) {
      // What may be stored stays.
      if (isRefusal(error)) await this.chats.delete(user, id);
      throw error;
    }
  }

  find(user: User, chatId: string): Promise<ChatDto> {
    return this.directory.view(user, chatId);
  }

  /** Deletes a chat, with all that is in it. */
  remove(user: User, chatId: string): Promise<void> {
    return this.chats.delete(user, chatId);
  }

  /**
   * Once it resolves the message is stored and will be answered, whoever goes on listening.
   *
   * @param setting what the chat is set to with it, from its turn on; where the message is refused the chat stays as it is
   */
  async send(user: User, chatId: string, input: SendMessageDto, setting?: SettingsChange): Promise<AcceptedMessage> {
    const change = setting && (await this.chats.changeOf(user, chatId, setting));
    return this.intake.accept(user, chatId, input, { change });
  }

  /** The events of the turn that a message has begun, in batches, to its `turn.completed`. The turn goes on without listeners. */
  follow(accepted: AcceptedMessage, signal: AbortSignal): AsyncGenerator<readonly ChatEvent[]> {
    return this.turns.follow(accepted, signal);
  }

  /** The end of that turn. @throws DomainError as TurnFollower.ended */
  ended(accepted: AcceptedMessage, signal: AbortSignal): Promise<TurnResultDto> {
    return this.turns.ended(accepted, signal);
  }

  /** The log of a chat behind the event `after`, and then what comes live, without gap or repeat. */
  async *log(user: User, chatId: string, after: number, signal: AbortSignal): AsyncGenerator<readonly ChatEvent[]> {
    const { id, userId } = await this.directory.find(user, chatId, 'read');
    yield* this.events.follow({ chatId: id, userId }, after, signal);
  }

  steer(user: User, chatId: string, content: unknown): Promise<{ messageId: string; turnId: string }> {
    return this.control.steer(user, chatId, content);
  }

  /** @returns id of the turn that is being interrupted, or null */
  interrupt(user: User, chatId: string): Promise<string | null> {
    return this.stops.interrupt(user, chatId);
  }

  answer(user: User, approvalId: string, answer: AnswerApprovalDto): Promise<ApprovalDto> {
    return this.approvals.answer(user, approvalId, answer);
  }

  /**
   * A signal for what somebody watches of a chat: it is aborted with `gone`, when they may call no more (its reason is a
   * DomainError then), and when they may not see the chat any more.
   */
  watch(user: Principal, chatId: string, gone: AbortSignal): Watch {
    const { signal, stop } = this.principals.signalFor(user, gone);
    const end = new AbortController();
    const all = AbortSignal.any([signal, end.signal]);
    return {
      signal: this.watched.signalFor(user, chatId, all),
      stop: () => {
        stop();
        end.abort();
      },
    };
  }

  /** The same for an answer: it ends when the caller hangs up. */
  watchFor(user: Principal, chatId: string, response: ServerResponse): Watch {
    return this.watch(user, chatId, hangUpSignal(response));
  }
}

/** Nothing was stored. */
const isRefusal = (error: unknown): boolean => error instanceof DomainError && error.code !== 'message_unconfirmed';
