import { Injectable } from '@nestjs/common';
import type { Principal } from '../../auth/principal';
import { DomainError, notFound } from '../../common/domain.error';
import type { AcceptedMessage } from '../../chat/message-intake';
import { ConversationReads } from '../../contracts/conversation-reads';
import { Conversations } from '../../contracts/conversations';
import { applied, isOver, newProgress, progressOf, type TurnProgress } from './turn-progress';

/** Turns that are looked through for one that is named. */
const LOOKED_THROUGH = 100;

export interface Wait {
  readonly seconds: number;
  /** Of the call that waits. The turn goes on when it is aborted. */
  readonly signal: AbortSignal;
  /** Called with every change. */
  readonly tell: (progress: TurnProgress) => void;
}

interface Start {
  readonly progress: TurnProgress;
  /** Number of the last event that it has. */
  readonly after: number;
}

/** Waits for turns, for a while: to their end, or to a question of the agent. */
@Injectable()
export class TurnWaits {
  constructor(
    private readonly conversations: Conversations,
    private readonly reads: ConversationReads,
  ) {}

  /** @throws DomainError `chat_not_found` when the chat is deleted meanwhile, and when the caller may call no more */
  ofMessage(user: Principal, { chat, turnId, events, seqBefore }: AcceptedMessage, wait: Wait): Promise<TurnProgress> {
    const own = events.filter((event) => event.turnId === turnId);
    const progress = own.reduce(applied, newProgress(chat.chatId, turnId));
    return this.wait(user, { progress, after: events.at(-1)?.seq ?? seqBefore }, wait);
  }

  /** @param turnId undefined: the newest of the chat. @throws DomainError `turn_not_found`, and as `ofMessage` */
  async ofTurn(user: Principal, chatId: string, turnId: string | undefined, wait: Wait): Promise<TurnProgress> {
    const { turns, seq } = await this.reads.state(user, chatId, { turns: turnId === undefined ? 1 : LOOKED_THROUGH });
    const found = turnId === undefined ? turns.at(-1) : turns.find(({ turn }) => turn.id === turnId);
    if (found === undefined) throw notFound('turn', turnId ?? 'in this chat');
    return this.wait(user, { progress: progressOf(found), after: seq }, wait);
  }

  private async wait(user: Principal, { progress: first, after }: Start, wait: Wait): Promise<TurnProgress> {
    let progress = first;
    if (isSettled(progress) || wait.seconds === 0) return progress;
    const { chatId, turnId } = progress;
    const watch = this.conversations.watch(user, chatId, wait.signal);
    const deadline = new AbortController();
    const timer = setTimeout(() => deadline.abort(), wait.seconds * 1000);
    try {
      const signal = AbortSignal.any([watch.signal, deadline.signal]);
      for await (const batch of this.conversations.log(user, chatId, after, signal)) {
        for (const event of batch) if (event.turnId === turnId) progress = applied(progress, event);
        wait.tell(progress);
        if (isSettled(progress)) return progress;
      }
      if (deadline.signal.aborted || wait.signal.aborted) return progress;
      throw watch.signal.reason instanceof DomainError ? watch.signal.reason : notFound('chat', chatId);
    } finally {
      clearTimeout(timer);
      watch.stop();
    }
  }
}

/** Whether there is nothing more to wait for. */
const isSettled = (progress: TurnProgress): boolean => isOver(progress) || progress.approvals.length > 0;
