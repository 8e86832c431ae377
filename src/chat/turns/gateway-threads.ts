import { Injectable } from '@nestjs/common';
import { TurnConfig } from '../../config/turn.config';
import { CallListener, ThreadCalls } from '../../gateway/routing/thread-calls';
import { UpstreamFailures } from '../../gateway/routing/upstream-failures';
import { SessionRoutes } from '../../gateway/session-routes';
import { ChatEntity } from '../entities/chat.entity';
import { TurnEntity } from '../entities/turn.entity';
import type { TurnFailure } from '../event-log/chat-event';
import { TurnBudget } from './turn-budget';

/** The chats' threads as the gateway knows them: whose they are, which model they use, and why a request of theirs failed. */
@Injectable()
export class GatewayThreads {
  constructor(
    private readonly routes: SessionRoutes,
    private readonly failures: UpstreamFailures,
    private readonly calls: ThreadCalls,
    private readonly limits: TurnConfig,
  ) {}

  /**
   * From now on requests of the thread go to the chat's backend, with the model that the turn asks for, and are counted to
   * that turn.
   */
  bind(threadId: string, chat: ChatEntity, turn: TurnEntity): TurnBudget {
    const model = turn.options.model ?? chat.model;
    const budget = new TurnBudget(this.limits);
    this.routes.bind(threadId, { chatId: chat.id, userId: chat.userId, backendId: chat.backend, model, turn: budget });
    return budget;
  }

  unbind(threadId: string): void {
    this.routes.unbind(threadId);
  }

  /** Tells `listener` what the model of the thread calls. @returns ends that. */
  watchCalls(threadId: string, listener: CallListener): () => void {
    return this.calls.watch(threadId, listener);
  }

  /** Why the thread's last request failed, in the model backend's words, once; undefined if it did not. */
  takeFailure(threadId: string): TurnFailure | undefined {
    return this.failures.take(threadId);
  }
}
