import { Injectable } from '@nestjs/common';
import { TurnConfig } from '../../config/turn.config';
import { specOf } from '../../gateway/catalog/backend';
import { BackendRegistry } from '../../gateway/catalog/backend-registry';
import { LearnedWindows } from '../../gateway/routing/learned-windows';
import { Omission, RefusedContent } from '../../gateway/routing/refused-content';
import { CallListener, ThreadCalls } from '../../gateway/routing/thread-calls';
import { UpstreamFailures } from '../../gateway/routing/upstream-failures';
import { SessionRoutes } from '../../gateway/routing/session-routes';
import { ChatEntity } from '../entities/chat.entity';
import { TurnEntity } from '../entities/turn.entity';
import type { TurnFailure } from '../event-log/chat-event';
import type { AgentSettings } from './chat-templates';
import { TurnBudget } from './turn-budget';
import { routeOf } from './turn-route';

/** The chats' threads as the gateway knows them: whose they are, which model they use, and why a request of theirs failed. */
@Injectable()
export class GatewayThreads {
  constructor(
    private readonly routes: SessionRoutes,
    private readonly failures: UpstreamFailures,
    private readonly calls: ThreadCalls,
    private readonly refused: RefusedContent,
    private readonly windows: LearnedWindows,
    private readonly backends: BackendRegistry,
    private readonly limits: TurnConfig,
  ) {}

  /**
   * From now on requests of the thread go to the chat's backend, with the model that the turn asks for, and are counted to
   * that turn.
   */
  bind(threadId: string, chat: ChatEntity, turn: TurnEntity, settings: AgentSettings): TurnBudget {
    const { backend: backendId, model } = routeOf(chat, turn.options);
    const budget = new TurnBudget(this.limits, settings.ceiling);
    // What the turn uses is its author's.
    const userId = turn.authorId ?? chat.userId;
    this.routes.bind(threadId, {
      chatId: chat.id,
      userId,
      backendId,
      model,
      sampling: settings.sampling,
      turn: budget,
    });
    if (chat.leftOut !== null) this.refused.restore(chat.id, chat.leftOut);
    return budget;
  }

  /** Of the message, or else of the template where the model is not known to lack it. */
  effortOf(chat: ChatEntity, { options }: TurnEntity, { effort }: AgentSettings): string | undefined {
    if (options.effort !== undefined || effort === undefined) return options.effort;
    const { backend: id, model } = routeOf(chat, options);
    const backend = this.backends.find(id);
    const levels: readonly string[] | null = backend ? specOf(backend, model ?? backend.model).reasoningLevels : [];
    return levels === null || levels.includes(effort) ? effort : undefined;
  }

  /** The context window that the turn's provider has told of by a refusal, in tokens; undefined where none has. */
  learnedWindow(chat: ChatEntity, turn: TurnEntity): number | undefined {
    const { backend, model } = routeOf(chat, turn.options);
    return this.windows.findByName(backend, model);
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

  /** Tells `listener` what the model of the thread calls. @returns ends that. */
  watchCalls(threadId: string, listener: CallListener): () => void {
    return this.calls.watch(threadId, listener);
  }

  /** Why the thread's last request failed, in the model backend's words, once; undefined if it did not. */
  takeFailure(threadId: string): TurnFailure | undefined {
    return this.failures.take(threadId);
  }
}
