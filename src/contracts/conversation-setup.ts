import { Injectable } from '@nestjs/common';
import type { User } from '../auth/user';
import { ThreadRelease } from '../chat/thread-release';
import type { CreateChatDto } from '../chat/dto/chat.dto';
import { BackendRegistry } from '../gateway/catalog/backend-registry';

/** What contracts ask of the service beside conversations. */
@Injectable()
export class ConversationSetup {
  constructor(
    private readonly backends: BackendRegistry,
    private readonly releases: ThreadRelease,
  ) {}

  /** Takes its thread out of the memory of codex. @returns whether it was there @throws DomainError as ThreadRelease.release */
  release(user: User, chatId: string): Promise<boolean> {
    return this.releases.release(user, chatId);
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
