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
import { EventFeed } from './event-log/event-feed';
import { EventLog } from './event-log/event-log';
import { ChatRemoval } from './chat-removal';
import { ChatMcpServers } from './turns/chat-mcp-servers';
import { requireModel } from './model-check';
import { ChatSkills } from './turns/chat-skills';
import { ChatTemplates } from './turns/chat-templates';

/** The project that is being deleted meanwhile is not there any more, or has the chat. */
const inProject =
  (id: string): Write<void> =>
  async (tx) => {
    if ((await update(ProjectEntity, { id }, { updatedAt: now() })(tx)) === 0) throw notFound('project', id);
  };

/** What may become of a chat; its instructions by contracts alone that have them changed between turns. */
export type ChatChange = UpdateChatDto & Pick<CreateChatDto, 'instructions'>;

/** The same but for what changes who sees it, and as what. */
export type SettingsChange = Omit<ChatChange, 'projectId' | 'title' | 'archived'>;

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
    private readonly templates: ChatTemplates,
    private readonly log: EventLog,
    private readonly mcp: ChatMcpServers,
    private readonly skills: ChatSkills,
    private readonly feed: EventFeed,
  ) {}

  /** @throws DomainError `unknown_backend`, `unknown_model`, `unknown_mcp_server`, `unknown_skill`, `template_not_found`, `project_not_found`, `read_only`, `sandbox_mode_not_allowed`, `approval_policy_not_allowed`, `network_access_not_allowed`. */
  async create(user: User, input: CreateChatDto): Promise<ChatDto> {
    const own = personalProjectId(user.id);
    const projectId = input.projectId ?? own;
    await this.requireMayFile(user, projectId);
    const at = now();
    const template = await this.templates.choose(user, input.template, projectId);
    const { model: usualModel, ...usual } = template?.defaults ?? {};
    const backendId = this.backendId(input.backend ?? usual.backend ?? this.backends.default.id);
    // A model of the template is one of its backend.
    const model = input.model ?? (backendId === usual.backend ? usualModel : undefined);
    requireModel(this.backends.find(backendId), model);
    const mcpServers = input.mcpServers ?? usual.mcpServers ?? null;
    await this.mcp.requireKnown(user, projectId, mcpServers ?? []);
    const skills = input.skills ?? usual.skills ?? [];
    await this.skills.requireKnown(projectId, skills);
    const id = newId();
    const chat: ChatEntity = {
      ...{ id, userId: user.id, title: input.title ?? '', archived: false, codexThreadId: null },
      ...{ projectId, backend: backendId, model: model ?? null, templateVersionId: template?.versionId ?? null },
      ...{ instructions: input.instructions ?? null, usage: NO_USAGE },
      ...{
        lastSeq: 0,
        storedBytes: 0,
        snapshotBytes: 0,
        hasPlanned: false,
        leftOut: null,
        mcpServers,
        skills,
        toldInstructions: null,
      },
      ...{ familyId: id, parentId: null, parentTurnId: null, branchKey: null, threadOrigin: null },
      ...{ queueHeld: false, queuePass: null, queueRevision: 0, createdAt: at, updatedAt: at },
      ...this.policies.ofNew(input, usual),
    };
    const making = projectId === own ? personalProject(user.id) : inProject(projectId);
    await this.database.write(together([making, ...(template ? [template.write] : []), insert(ChatEntity, chat)]), {
      lane: chat.id,
    });
    this.feed.touch(chat.id);
    return this.directory.view(user, chat.id);
  }

  /** @throws DomainError `chat_not_found`, and as `create`. */
  async update(user: User, chatId: string, change: ChatChange): Promise<ChatDto> {
    const { projectId, title } = change;
    const isFiled = projectId !== undefined;
    const chat = await this.directory.find(user, chatId, isFiled ? 'manage' : 'write');
    if (isFiled) await this.requireMayFile(user, projectId);
    await this.requireAllowed(user, chat, change);
    await this.store(chat, title, writeOf(user, chat, change));
    this.feed.touch(chat.id);
    if (isFiled && projectId !== chat.projectId) {
      this.changes.tell({ chatId });
      const detail = { from: chat.projectId, to: projectId };
      this.audit.record({ action: 'chat.moved', by: user, target: { kind: 'chat', id: chatId }, detail });
    }
    return this.directory.view(user, chatId);
  }

  /** What a change writes, to be stored together with a message that it comes with. @throws DomainError as `update` */
  async changeOf(user: User, chatId: string, change: SettingsChange): Promise<Write<void>> {
    const chat = await this.directory.find(user, chatId, 'write');
    await this.requireAllowed(user, chat, change);
    return writeOf(user, chat, change);
  }

  private async requireAllowed(user: User, chat: ChatEntity, change: ChatChange): Promise<void> {
    if (change.backend !== undefined) this.backendId(change.backend);
    requireModel(this.backends.find(change.backend ?? chat.backend), change.model);
    this.policies.check(change);
    // Those that it has may be somebody else's own, and stay.
    const added = change.mcpServers?.filter((id) => chat.mcpServers?.includes(id) !== true);
    await this.mcp.requireKnown(user, change.projectId ?? chat.projectId, added ?? []);
    // Those that it has may be gone, and stay.
    const chosen = change.skills?.filter((name) => !chat.skills.includes(name));
    await this.skills.requireKnown(change.projectId ?? chat.projectId, chosen ?? []);
  }

  /** Deletes the chat with its thread and workspace. @throws DomainError `chat_not_found`. */
  async delete(user: User, chatId: string): Promise<void> {
    const chat = await this.directory.find(user, chatId, 'manage');
    await this.removal.remove(chat);
    this.audit.record({ action: 'chat.deleted', by: user, target: { kind: 'chat', id: chat.id } });
  }

  /** With the event of another title, for those who follow the chat. */
  private async store(
    { id: chatId, userId, title: before }: ChatEntity,
    title: string | undefined,
    change: Write<void>,
  ) {
    if (title === undefined || title === before) return this.database.write(change, { lane: chatId });
    const event = { type: 'chat.updated' as const, turnId: null, data: { title } };
    await this.log.append({ chatId, userId }, { events: [event], writes: [change] }, 'refuse');
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

function writeOf(user: User, chat: ChatEntity, change: ChatChange): Write<void> {
  const { projectId, title, backend, model, archived, approvalPolicy, sandboxMode, networkAccess } = change;
  const { mcpServers, skills, instructions } = change;
  // Another backend has other models, so the old choice goes unless a new one comes with it.
  const isMoved = backend !== undefined && backend !== chat.backend;
  const route = { backend, model: isMoved ? (model ?? null) : model };
  // Codex keeps the instructions of a thread that it has: the next turn begins another, with all that was said.
  const isToldOther = instructions !== undefined && instructions !== (chat.instructions ?? '');
  const thread = isToldOther ? { codexThreadId: null, threadOrigin: null } : {};
  const updatedAt = now();
  return async (tx) => {
    const own = personalProjectId(user.id);
    if (projectId === own) await personalProject(user.id)(tx);
    else if (projectId !== undefined) await inProject(projectId)(tx);
    const settings = { mcpServers, skills, instructions, approvalPolicy, sandboxMode, networkAccess };
    const fields = { projectId, title, archived, ...settings, ...thread, ...route, updatedAt };
    await update(ChatEntity, { id: chat.id }, fields)(tx);
    await update(LlmSession, { chatId: chat.id }, { ...route, updatedAt })(tx);
  };
}
