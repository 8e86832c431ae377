import { Injectable } from '@nestjs/common';
import { BackendRegistry } from '../../gateway/catalog/backend-registry';
import { LearnedWindows } from '../../gateway/routing/learned-windows';
import { Omission, RefusedContent } from '../../gateway/routing/refused-content';
import { UpstreamFailures } from '../../gateway/routing/upstream-failures';
import { SessionRoutes } from '../../gateway/session-routes';
import { ChatEntity } from '../entities/chat.entity';
import { TurnEntity } from '../entities/turn.entity';
import type { TurnFailure } from '../event-log/chat-event';

/** The chats' threads as the gateway knows them: whose they are, which model they use, and why a request of theirs failed. */
@Injectable()
export class GatewayThreads {
  constructor(
    private readonly routes: SessionRoutes,
    private readonly failures: UpstreamFailures,
    private readonly refused: RefusedContent,
    private readonly backends: BackendRegistry,
    private readonly windows: LearnedWindows,
  ) {}

  /** From now on requests of the thread go to the chat's backend, with the model that the turn asks for. */
  bind(threadId: string, chat: ChatEntity, turn: TurnEntity): void {
    const model = turn.options.model ?? chat.model;
    this.routes.bind(threadId, { chatId: chat.id, userId: chat.userId, backendId: chat.backend, model });
    if (chat.leftOut !== null) this.refused.restore(chat.id, chat.leftOut);
  }

  /** The context window that the turn's provider has told of by a refusal, in tokens; undefined where none has. */
  learnedWindow(chat: ChatEntity, turn: TurnEntity): number | undefined {
    const name = turn.options.model ?? chat.model;
    const resolved = this.backends.resolve(name === null ? chat.backend : `${chat.backend}/${name}`);
    return resolved && this.windows.find(resolved.backend, resolved.model);
  }

  /** A deleted chat. */
  unbind(chatId: string, threadIds: readonly string[]): void {
    for (const threadId of threadIds) this.routes.unbind(threadId);
    this.refused.forget(chatId);
  }

  /** Tells from now on what is left out of what the chat's models see. @returns a function that ends that */
  onOmitted(chatId: string, listener: (omission: Omission) => void): () => void {
    return this.refused.onOmitted(chatId, listener);
  }

  /** Why the thread's last request failed, in the model backend's words, once; undefined if it did not. */
  takeFailure(threadId: string): TurnFailure | undefined {
    return this.failures.take(threadId);
  }
}
