import { insert, update } from '../database/rows';
import { Injectable } from '@nestjs/common';
import { User } from '../auth/user';
import { now } from '../common/clock';
import { invalid } from '../common/domain.error';
import { newId } from '../common/ids';
import { Database } from '../database/database';
import type { Write } from '../database/write-queue';
import { LlmSession } from './entities/llm-session.entity';
import { BackendRegistry } from '../gateway/catalog/backend-registry';
import { AgentPolicies } from './agent-policies';
import { ChatDirectory } from './chat-directory';
import { ChatDto, CreateChatDto, UpdateChatDto } from './dto/chat.dto';
import { ChatEntity } from './entities/chat.entity';
import { NO_USAGE } from './entities/token-usage.dto';
import { ChatRemoval } from './chat-removal';
import { requireModel } from './model-check';

/** Makes, changes and deletes chats. */
@Injectable()
export class ChatService {
  constructor(
    private readonly policies: AgentPolicies,
    private readonly database: Database,
    private readonly backends: BackendRegistry,
    private readonly directory: ChatDirectory,
    private readonly removal: ChatRemoval,
  ) {}

  /** @throws DomainError `unknown_backend`, `unknown_model`, `sandbox_mode_not_allowed`, `approval_policy_not_allowed`. */
  async create(user: User, input: CreateChatDto): Promise<ChatDto> {
    const at = now();
    const backendId = this.backendId(input.backend ?? this.backends.default.id);
    requireModel(this.backends.find(backendId), input.model);
    const chat: ChatEntity = {
      ...{ id: newId(), userId: user.id, title: input.title ?? '', archived: false, codexThreadId: null },
      ...{ backend: backendId, model: input.model ?? null },
      ...{ instructions: input.instructions ?? null, usage: NO_USAGE },
      ...{ lastSeq: 0, leftOut: null, createdAt: at, updatedAt: at },
      ...this.policies.ofNew(input),
    };
    await this.database.write(insert(ChatEntity, chat), { lane: chat.id });
    return this.directory.view(user, chat.id);
  }

  /** @throws DomainError `chat_not_found`, and as `create`. */
  async update(user: User, chatId: string, change: UpdateChatDto): Promise<ChatDto> {
    const chat = await this.directory.find(user, chatId);
    if (change.backend !== undefined) this.backendId(change.backend);
    requireModel(this.backends.find(change.backend ?? chat.backend), change.model);
    this.policies.check(change);
    const { title, backend, model, archived, approvalPolicy, sandboxMode } = change;
    // Another backend has other models, so the old choice goes unless a new one comes with it.
    const isMoved = backend !== undefined && backend !== chat.backend;
    const route = { backend, model: isMoved ? (model ?? null) : model };
    const updatedAt = now();
    const changed: Write<void> = async (tx) => {
      const fields = { title, archived, approvalPolicy, sandboxMode, ...route, updatedAt };
      await update(ChatEntity, { id: chat.id }, fields)(tx);
      await update(LlmSession, { chatId: chat.id }, { ...route, updatedAt })(tx);
    };
    await this.database.write(changed, { lane: chat.id });
    return this.directory.view(user, chatId);
  }

  /** Deletes the chat with its thread and workspace. @throws DomainError `chat_not_found`. */
  async delete(user: User, chatId: string): Promise<void> {
    await this.removal.remove(await this.directory.find(user, chatId));
  }

  private backendId(id: string): string {
    if (this.backends.find(id)) return id;
    const known = this.backends.list().map((backend) => backend.id);
    throw invalid('unknown_backend', `There is no backend "${id}"; there are: ${known.join(', ')}.`);
  }
}
