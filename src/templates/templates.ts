import { Injectable } from '@nestjs/common';
import { createHash } from 'node:crypto';
import { IsNull } from 'typeorm';
import { Access } from '../access/access';
import { AuditLog } from '../access/audit/audit-log';
import { ProjectEntity } from '../access/project.entity';
import { isReader, READER } from '../access/service-role';
import { User } from '../auth/user';
import { BoundedMap } from '../common/bounded-map';
import { now } from '../common/clock';
import { conflict, DomainError, notFound } from '../common/domain.error';
import { requireVersion } from '../common/edited-version.dto';
import { isId, newId } from '../common/ids';
import { ChatConfig } from '../config/chat.config';
import { Database } from '../database/database';
import { insert, update } from '../database/rows';
import type { Write } from '../database/write-queue';
import type { ChatEntity } from '../chat/entities/chat.entity';
import { type AgentSettings, ChatTemplates, type ChosenTemplate } from '../chat/turns/chat-templates';
import { CreateTemplateDto, contentOf, ReplaceTemplateDto, TemplateDto, UpdateTemplateDto } from './template.dto';
import { TemplateEntity, TemplateVersionEntity } from './template.entity';
import type { TemplateContent } from './template-content';
import { TemplateFiles } from './template-files';

/** Of one project, or of one user. */
const MAX_TEMPLATES = 100;
/** Versions kept in memory. */
const MAX_KNOWN = 1_000;

const TOO_MANY = conflict('too_many_templates', `There may be ${MAX_TEMPLATES} templates; delete what is not needed.`);
const OF_THE_SERVICE = new DomainError(
  403,
  'read_only',
  'A template of the service is a file of its operator; make one of your own.',
);

/** Templates: files of the service and its operator, and rows of projects and users. */
@Injectable()
export class Templates extends ChatTemplates {
  private readonly known = new BoundedMap<string, TemplateContent>(MAX_KNOWN);

  constructor(
    private readonly files: TemplateFiles,
    private readonly database: Database,
    private readonly access: Access,
    private readonly audit: AuditLog,
    private readonly config: ChatConfig,
  ) {
    super();
  }

  /** Those of the service, of the project, and the user's own. @throws DomainError `project_not_found` */
  async list(user: User, projectId: string | undefined): Promise<TemplateDto[]> {
    if (projectId !== undefined) await this.access.requireProject(user, projectId, 'read');
    const ofService = [...this.files.all].filter(([, { isDisabled }]) => !isDisabled);
    const where = [{ userId: user.id, projectId: IsNull() }, ...(projectId === undefined ? [] : [{ projectId }])];
    const rows = await this.database.read.find(TemplateEntity, { where, order: { id: 'ASC' } });
    return [...ofService.map(([id, { content }]) => viewOfFile(id, content)), ...rows.map(viewOf)];
  }

  /** @throws DomainError `template_not_found` */
  async view(user: User, id: string): Promise<TemplateDto> {
    const file = this.files.all.get(id);
    if (file !== undefined && !file.isDisabled) return viewOfFile(id, file.content);
    return viewOf(await this.find(user, id, 'read'));
  }

  /** @throws DomainError `project_not_found`, `read_only`, `too_many_templates` */
  async create(user: User, input: CreateTemplateDto): Promise<TemplateDto> {
    const { projectId = null } = input;
    if (isReader(user)) throw READER;
    if (projectId !== null) await this.access.requireProject(user, projectId, 'write');
    const at = now();
    const template: TemplateEntity = {
      ...{ id: newId(), projectId, userId: projectId === null ? user.id : null, authorId: user.id },
      ...{ content: contentOf(input), version: 1, createdAt: at, updatedAt: at },
    };
    const owner = projectId === null ? { userId: user.id } : { projectId };
    const made: Write<unknown> = async (tx) => {
      if ((await tx.countBy(TemplateEntity, owner)) >= MAX_TEMPLATES) throw TOO_MANY;
      await insert(TemplateEntity, template)(tx);
    };
    await this.database.write(made, { lane: projectId ?? user.id });
    this.note(user, 'template.created', template.id);
    return viewOf(template);
  }

  /** What is left out stays. Chats that are made from it keep what it said then. @throws as `find`, and `version_changed` */
  update(user: User, id: string, change: UpdateTemplateDto): Promise<TemplateDto> {
    const given = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
    return this.rewrite(user, id, change.version, (content) => ({ ...asInput(content), ...given }));
  }

  /** What is left out is gone. @throws as `find`, and `version_changed` */
  replace(user: User, id: string, input: ReplaceTemplateDto): Promise<TemplateDto> {
    return this.rewrite(user, id, input.version, () => input);
  }

  /** Chats that are made from it keep what it said. @throws as `find` */
  async delete(user: User, id: string): Promise<void> {
    await this.find(user, id, 'write');
    await this.database.write((tx) => tx.run('DELETE FROM "templates" WHERE "id" = $1', [id]));
    this.note(user, 'template.deleted', id);
  }

  async choose(user: User, reference: string | undefined, projectId: string): Promise<ChosenTemplate | null> {
    const id = reference ?? (this.config.template || undefined);
    if (id === undefined) return null;
    const content = await this.contentFor(user, id, projectId);
    const { backend, model, approvalPolicy, sandboxMode, networkAccess, mcpServers, skills } = content;
    const versionId = versionOf(id, content);
    return {
      versionId,
      defaults: { backend, model, approvalPolicy, sandboxMode, networkAccess, mcpServers, skills },
      write: kept(versionId, id, content),
    };
  }

  async settingsOf({ templateVersionId, projectId }: ChatEntity): Promise<AgentSettings> {
    const [template, ofProject] = await Promise.all([
      templateVersionId === null ? undefined : this.contentOfVersion(templateVersionId),
      this.projectInstructions(projectId),
    ]);
    const { effort, tools, temperature, maxOutputTokens, maxModelCalls, maxSeconds } = template ?? {};
    return {
      instructions: [template?.instructions, ofProject].filter((text) => text !== undefined && text !== null),
      effort,
      tools,
      sampling: { temperature, maxOutputTokens },
      ceiling: { maxModelCalls, maxSeconds },
    };
  }

  /** What a chat's template said when it was made from it. */
  async contentOfVersion(id: string): Promise<TemplateContent | undefined> {
    const known = this.known.get(id);
    if (known !== undefined) return known;
    const version = await this.database.read.findOneBy(TemplateVersionEntity, { id });
    if (version !== null) this.known.set(id, version.content);
    return version?.content;
  }

  async projectInstructions(id: string): Promise<string | null> {
    const project = await this.database.read.findOne(ProjectEntity, { where: { id }, select: { instructions: true } });
    return project?.instructions ?? null;
  }

  /** Deletes versions that no chat has. @param before ISO 8601: those made before it */
  async sweep(before: string): Promise<void> {
    const unused =
      'NOT EXISTS (SELECT 1 FROM "chat_sessions" chat WHERE chat."template_version_id" = "template_versions"."id")';
    const deleted: Write<number> = (tx) =>
      tx.run(`DELETE FROM "template_versions" WHERE "created_at" < $1 AND ${unused}`, [before]);
    await this.database.write(deleted);
  }

  /** Of a file that is offered, of the user's own, or of the project that the chat is in. @throws DomainError `template_not_found` */
  private async contentFor(user: User, id: string, projectId: string): Promise<TemplateContent> {
    const file = this.files.all.get(id);
    if (file !== undefined && !file.isDisabled) return file.content;
    const row = isId(id) ? await this.database.read.findOneBy(TemplateEntity, { id }) : null;
    if (row === null || (row.userId !== user.id && row.projectId !== projectId)) throw notFound('template', id);
    return row.content;
  }

  /** @throws DomainError `template_not_found`, `read_only` */
  private async find(user: User, id: string, level: 'read' | 'write'): Promise<TemplateEntity> {
    if (level === 'write' && this.files.all.has(id)) throw OF_THE_SERVICE;
    const row = isId(id) ? await this.database.read.findOneBy(TemplateEntity, { id }) : null;
    if (row === null) throw notFound('template', id);
    if (row.projectId === null) {
      if (row.userId !== user.id) throw notFound('template', id);
      if (level === 'write' && isReader(user)) throw READER;
      return row;
    }
    try {
      await this.access.requireProject(user, row.projectId, level);
    } catch (error) {
      if (error instanceof DomainError && error.status === 404) throw notFound('template', id);
      throw error;
    }
    return row;
  }

  /** As its next version. */
  private async rewrite(
    user: User,
    id: string,
    edited: number | undefined,
    next: (content: TemplateContent) => CreateTemplateDto,
  ): Promise<TemplateDto> {
    const { projectId, userId } = await this.find(user, id, 'write');
    const changed: Write<TemplateEntity> = async (tx) => {
      const template = await tx.findOneBy(TemplateEntity, { id });
      if (template === null) throw notFound('template', id);
      requireVersion(template.version, edited);
      const content = contentOf(next(template.content));
      const fields = { content, version: template.version + 1, authorId: user.id, updatedAt: now() };
      await update(TemplateEntity, { id }, fields)(tx);
      return { ...template, ...fields };
    };
    const template = await this.database.write(changed, { lane: projectId ?? userId ?? id });
    this.note(user, 'template.changed', id);
    return viewOf(template);
  }

  private note(by: User, action: string, id: string): void {
    this.audit.record({ action, by, target: { kind: 'template', id } });
  }
}

/** The same content of the same template is one version. */
const versionOf = (id: string, content: TemplateContent): string =>
  createHash('sha256')
    .update(JSON.stringify([id, content]))
    .digest('hex');

/** Touched where it is there already, so that no sweep takes it away meanwhile. */
const kept =
  (versionId: string, id: string, content: TemplateContent): Write<unknown> =>
  (tx) =>
    tx.run(
      'INSERT INTO "template_versions" ("id", "template_id", "content", "created_at") VALUES ($1, $2, $3, $4) ' +
        'ON CONFLICT ("id") DO UPDATE SET "created_at" = excluded."created_at"',
      [versionId, id, JSON.stringify(content), now()],
    );

const asInput = ({ starters, ...content }: TemplateContent): CreateTemplateDto => ({
  ...content,
  starters: [...starters],
});

const viewOfFile = (id: string, content: TemplateContent): TemplateDto => ({
  ...{ id, scope: 'service', projectId: null, version: null },
  ...asView(content),
});

const viewOf = ({ id, projectId, version, content }: TemplateEntity): TemplateDto => ({
  ...{ id, scope: projectId === null ? 'user' : 'project', projectId, version },
  ...asView(content),
});

const asView = (content: TemplateContent): TemplateContent & Pick<TemplateDto, 'starters' | 'tools'> => ({
  ...content,
  tools: content.tools ?? [],
  starters: [...content.starters],
});
