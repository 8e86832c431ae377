import { Injectable } from '@nestjs/common';
import { Access } from '../access/access';
import { AccessChanges } from '../access/access-changes';
import { AuditLog } from '../access/audit/audit-log';
import { LimitSettings } from '../access/limits/limit-settings';
import { personalProject, personalProjectId } from '../access/personal-project';
import { ProjectMemberEntity, ProjectRole } from '../access/project-member.entity';
import { ProjectEntity } from '../access/project.entity';
import { isReader, READER } from '../access/service-role';
import { User } from '../auth/user';
import { now } from '../common/clock';
import { conflict, notFound } from '../common/domain.error';
import { newId } from '../common/ids';
import { Database } from '../database/database';
import { Page, PageRequest, readNewest } from '../database/page';
import { placeholdersOf } from '../database/placeholders';
import { insert, update } from '../database/rows';
import { together } from '../database/write-queue';
import { ProjectChats } from './project-chats';
import { CreateProjectDto, ProjectDto, UpdateProjectDto } from './project.dto';

/** Makes, lists, changes and deletes projects. */
@Injectable()
export class Projects {
  constructor(
    private readonly database: Database,
    private readonly access: Access,
    private readonly changes: AccessChanges,
    private readonly chats: ProjectChats,
    private readonly audit: AuditLog,
    private readonly limits: LimitSettings,
  ) {}

  /** Those that the user is a member of, newest first. The user's own is made with the first look. */
  async list(user: User, archived: boolean, request: PageRequest): Promise<Page<ProjectDto>> {
    await this.ensurePersonal(user);
    const visible = this.access.projectsVisibleTo(user, 'read', 'project');
    const query = this.database.read
      .createQueryBuilder(ProjectEntity, 'project')
      .where('project.archived = :archived', { archived })
      .andWhere(visible.text, visible.parameters);
    const page = await readNewest(query, request);
    return { ...page, data: await this.views(user, page.data) };
  }

  /** @throws DomainError `read_only` */
  async create(user: User, input: CreateProjectDto): Promise<ProjectDto> {
    if (isReader(user)) throw READER;
    const { name, description = '' } = input;
    const at = now();
    const times = { createdAt: at, updatedAt: at };
    const project: ProjectEntity = {
      ...{ id: newId(), name, description, instructions: input.instructions || null },
      ...{ personalOf: null, archived: false, ...times },
    };
    const member: ProjectMemberEntity = {
      ...{ id: newId(), projectId: project.id, userId: user.id, role: 'owner', createdAt: at },
    };
    await this.database.write(together([insert(ProjectEntity, project), insert(ProjectMemberEntity, member)]));
    this.note(user, 'project.created', project.id);
    return viewOf(project, 'owner', { chatCount: 0, hasRepository: false });
  }

  /** @throws DomainError `project_not_found` */
  async view(user: User, id: string): Promise<ProjectDto> {
    if (id === personalProjectId(user.id)) await this.ensurePersonal(user);
    await this.access.requireProject(user, id, 'read');
    const project = await this.database.read.findOneBy(ProjectEntity, { id });
    const [view] = project === null ? [] : await this.views(user, [project]);
    if (view === undefined) throw notFound('project', id);
    return view;
  }

  /** @throws DomainError `project_not_found`, `read_only` */
  async update(user: User, id: string, change: UpdateProjectDto): Promise<ProjectDto> {
    await this.access.requireProject(user, id, 'manage');
    const { name, description, archived } = change;
    const instructions = change.instructions === undefined ? undefined : change.instructions || null;
    const changed = { name, description, instructions, archived, updatedAt: now() };
    await this.database.write(update(ProjectEntity, { id }, changed));
    this.note(user, 'project.changed', id);
    return this.view(user, id);
  }

  /**
   * Deletes a project; with its chats, where that is asked for.
   *
   * @throws DomainError `project_not_found`, `read_only`, `personal_project`, `project_not_empty`, `storage_unavailable`
   */
  async delete(user: User, id: string, withChats: boolean): Promise<void> {
    await this.access.requireProject(user, id, 'manage');
    const project = await this.database.read.findOneBy(ProjectEntity, { id });
    if (project === null) throw notFound('project', id);
    if (project.personalOf !== null) throw conflict('personal_project', "Somebody's own project cannot be deleted.");
    if (withChats) await this.chats.deleteAll(id);
    await this.database.write(async (tx) => {
      // Whoever makes a chat in it changes this row first: one of both comes after the other.
      if ((await update(ProjectEntity, { id }, { updatedAt: now() })(tx)) === 0) throw notFound('project', id);
      const deleted = await tx.run(
        'DELETE FROM "projects" WHERE "id" = $1 AND NOT EXISTS (SELECT 1 FROM "chat_sessions" WHERE "project_id" = $2)',
        [id, id],
      );
      if (deleted === 0) throw NOT_EMPTY;
    });
    await this.limits.forget('project', id);
    this.changes.tell({});
    this.note(user, 'project.deleted', id, { withChats });
  }

  private async ensurePersonal(user: User): Promise<void> {
    const id = personalProjectId(user.id);
    if (await this.database.read.existsBy(ProjectEntity, { id })) return;
    await this.database.write(personalProject(user.id));
  }

  private async views(user: User, projects: readonly ProjectEntity[]): Promise<ProjectDto[]> {
    const ids = projects.map(({ id }) => id);
    const [roles, counts, withRepository] = await Promise.all([
      this.access.rolesIn(user, ids),
      this.chats.countIn(ids),
      this.withRepository(ids),
    ]);
    return projects.flatMap((project) => {
      const role = roles.get(project.id);
      if (role === undefined) return [];
      const { id } = project;
      return [viewOf(project, role, { chatCount: counts.get(id) ?? 0, hasRepository: withRepository.has(id) })];
    });
  }

  /** Those of them that have a repository. What that is, is known to a layer above. */
  private async withRepository(ids: readonly string[]): Promise<Set<string>> {
    if (ids.length === 0) return new Set();
    const rows: { id: string }[] = await this.database.read.query(
      `SELECT "project_id" AS "id" FROM "project_repositories" WHERE "project_id" IN (${placeholdersOf(ids)})`,
      [...ids],
    );
    return new Set(rows.map(({ id }) => id));
  }

  private note(by: User, action: string, id: string, detail: Record<string, boolean> = {}): void {
    this.audit.record({ action, by, target: { kind: 'project', id }, detail });
  }
}

const NOT_EMPTY = conflict(
  'project_not_empty',
  'The project has chats: move or delete them first, or ask with ?chats=delete to delete them with it.',
);

function viewOf(
  project: ProjectEntity,
  role: ProjectRole,
  has: Pick<ProjectDto, 'chatCount' | 'hasRepository'>,
): ProjectDto {
  const { id, name, description, instructions, personalOf, archived, createdAt, updatedAt } = project;
  const own = { id, name, description, instructions, personal: personalOf !== null, archived };
  return { ...own, role, ...has, createdAt, updatedAt };
}
