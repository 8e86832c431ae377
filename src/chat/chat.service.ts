import { insert, update } from '../database/rows';
import { Injectable } from '@nestjs/common';
import { Access } from '../access/access';
import { AccessChanges } from '../access/access-changes';
import { AuditLog } from '../access/audit/audit-log';
import { isReader, READER } from '../access/service-role';
import { personalProject, personalProjectId } from '../access/personal-project';
import { User } from '../auth/user';
import { now } from '../common/clock';
import { invalid, notFound } from '../common/domain.error';
import { newId } from '../common/ids';
import { Database } from '../database/database';
import { LlmSession } from './entities/llm-session.entity';
import { BackendRegistry } from '../gateway/catalog/backend-registry';
import { AgentPolicies } from './agent-policies';
import { ChatDirectory } from './chat-directory';
import { ChatDto, CreateChatDto, UpdateChatDto } from './dto/chat.dto';
import { ChatEntity } from './entities/chat.entity';
import { ProjectEntity } from '../access/project.entity';
import { together, Write } from '../database/write-queue';
import { NO_USAGE } from './entities/token-usage.dto';
import { ChatRemoval } from './chat-removal';
import { requireModel } from './model-check';

/** The project that is being deleted meanwhile is not there any more, or has the chat. */
const inProject =
  (id: string): Write<void> =>
  async (tx) => {
    if ((await update(ProjectEntity, { id }, { updatedAt: now() })(tx)) === 0) throw notFound('project', id);
  };

/** Makes, changes and deletes chats. */
@Injectable()
export class ChatService {
  constructor(
    private readonly policies: AgentPolicies,
    private readonly database: Database,
    private readonly backends: BackendRegistry,
    private readonly directory: ChatDirectory,
    private readonly removal: ChatRemoval,
    private readonly access: Access,
    private readonly changes: AccessChanges,
    private readonly audit: AuditLog,
  ) {}

  /** @throws DomainError `unknown_backend`, `unknown_model`, `project_not_found`, `read_only`, `sandbox_mode_not_allowed`, `approval_policy_not_allowed`. */
  async create(user: User, input: CreateChatDto): Promise<ChatDto> {
    const own = personalProjectId(user.id);
    const projectId = input.projectId ?? own;
    await this.requireMayFile(user, projectId);
    const at = now();
    const backendId = this.backendId(input.backend ?? this.backends.default.id);
    requireModel(this.backends.find(backendId), input.model);
    const chat: ChatEntity = {
      ...{ id: newId(), userId: user.id, title: input.title ?? '', archived: false, codexThreadId: null },
      ...{ projectId, backend: backendId, model: input.model ?? null },
      ...{ instructions: input.instructions ?? null, usage: NO_USAGE },
      ...{ lastSeq: 0, storedBytes: 0, leftOut: null, createdAt: at, updatedAt: at },
      ...{ queueHeld: false, queuePass: null, queueRevision: 0 },
      ...this.policies.ofNew(input),
    };
    const making = projectId === own ? personalProject(user.id) : inProject(projectId);
    await this.database.write(together([making, insert(ChatEntity, chat)]), { lane: chat.id });
    return this.directory.view(user, chat.id);
  }

  /** @throws DomainError `chat_not_found`, and as `create`. */
  async update(user: User, chatId: string, change: UpdateChatDto): Promise<ChatDto> {
    const isFiled = change.projectId !== undefined;
    const chat = await this.directory.find(user, chatId, isFiled ? 'manage' : 'write');
    if (isFiled) await this.requireMayFile(user, change.projectId ?? '');
    if (change.backend !== undefined) this.backendId(change.backend);
    requireModel(this.backends.find(change.backend ?? chat.backend), change.model);
    this.policies.check(change);
    const { projectId, title, backend, model, archived, approvalPolicy, sandboxMode } = change;
    // Another backend has other models, so the old choice goes unless a new one comes with it.
    const isMoved = backend !== undefined && backend !== chat.backend;
    const route = { backend, model: isMoved ? (model ?? null) : model };
    const updatedAt = now();
    const changed: Write<void> = async (tx) => {
      const own = personalProjectId(user.id);
      if (projectId === own) await personalProject(user.id)(tx);
      else if (projectId !== undefined) await inProject(projectId)(tx);
      const fields = { projectId, title, archived, approvalPolicy, sandboxMode, ...route, updatedAt };
      await update(ChatEntity, { id: chat.id }, fields)(tx);
      await update(LlmSession, { chatId: chat.id }, { ...route, updatedAt })(tx);
    };
    await this.database.write(changed, { lane: chat.id });
    if (projectId !== undefined && projectId !== chat.projectId) {
      this.changes.tell({ chatId });
      const detail = { from: chat.projectId, to: projectId };
      this.audit.record({ action: 'chat.moved', by: user, target: { kind: 'chat', id: chatId }, detail });
    }
    return this.directory.view(user, chatId);
  }

  /** Deletes the chat with its thread and workspace. @throws DomainError `chat_not_found`. */
  async delete(user: User, chatId: string): Promise<void> {
    const chat = await this.directory.find(user, chatId, 'manage');
    await this.removal.remove(chat);
    this.audit.record({ action: 'chat.deleted', by: user, target: { kind: 'chat', id: chat.id } });
  }

  /** Everybody may file in their own project, which is made with the first chat. */
  private async requireMayFile(user: User, projectId: string): Promise<void> {
    if (projectId === personalProjectId(user.id) && !isReader(user)) return;
    if (isReader(user)) throw READER;
    await this.access.requireProject(user, projectId, 'write');
  }

  private backendId(id: string): string {
    if (this.backends.find(id)) return id;
    const known = this.backends.list().map((backend) => backend.id);
    throw invalid('unknown_backend', `There is no backend "${id}"; there are: ${known.join(', ')}.`);
  }
}
