import { Injectable } from '@nestjs/common';
import type { User } from '../auth/user';
import { type ChatChange, ChatService } from '../chat/chat.service';
import { ThreadRelease } from '../chat/thread-release';
import type { ChatDto, CreateChatDto } from '../chat/dto/chat.dto';
import { BackendRegistry } from '../gateway/catalog/backend-registry';

/** What a contract sets chats to, beside what it does in them. */
@Injectable()
export class ConversationSetup {
  constructor(
    private readonly chats: ChatService,
    private readonly backends: BackendRegistry,
    private readonly releases: ThreadRelease,
  ) {}

  /** Takes its thread out of the memory of codex. @returns whether it was there @throws DomainError as ThreadRelease.release */
  release(user: User, chatId: string): Promise<boolean> {
    return this.releases.release(user, chatId);
  }

  /** Takes effect with the next turn. @throws DomainError as ChatService.update */
  change(user: User, chatId: string, change: ChatChange): Promise<ChatDto> {
    return this.chats.update(user, chatId, change);
  }

  /**
   * What a chat or a message is to name for a model that a caller knows by one name: a backend, `backend/model` or an alias, as at
   * `/v1`; any other name is that of a model of the default backend.
   */
  routeOf(name: string | undefined): Pick<CreateChatDto, 'backend'> & { model?: string } {
    if (name === undefined) return {};
    const resolved = this.backends.resolve(name);
    if (resolved === undefined) return { backend: this.backends.default.id, model: name };
    const { backend, model } = resolved;
    return { backend: backend.id, ...(model !== backend.model && { model }) };
  }
}
