import { Injectable } from '@nestjs/common';
import { Access } from '../access/access';
import { AuditLog } from '../access/audit/audit-log';
import { User } from '../auth/user';
import { now } from '../common/clock';
import { conflict, DomainError, invalid, notFound, tooLarge } from '../common/domain.error';
import { requireVersion } from '../common/edited-version.dto';
import { newId } from '../common/ids';
import { ConfigError } from '../config/config.error';
import { Database } from '../database/database';
import { insert, update } from '../database/rows';
import { ProjectSkillEntity, StoredSkillFile } from './project-skill.entity';
import { Skill, SKILL_DOCUMENT } from './skill';
import { CreateSkillDto, ProjectSkillDto, UpdateSkillDto } from './skill.dto';
import { parseSkill, SkillDocument } from './skill-document';
import { SkillFiles } from './skill-files';

/** Of one project. */
const MAX_SKILLS = 50;
/** Of one skill with its files. */
const MAX_BYTES = 256 * 1024;

const TOO_MANY = conflict('too_many_skills', `A project may have ${MAX_SKILLS} skills; delete what is not needed.`);
const TOO_LARGE = tooLarge('skill_too_large', `A skill with its files may have ${MAX_BYTES} bytes.`);

/** Skills of projects: who may read and change them. */
@Injectable()
export class ProjectSkills {
  constructor(
    private readonly database: Database,
    private readonly access: Access,
    private readonly audit: AuditLog,
    private readonly files: SkillFiles,
  ) {}

  /** By name. */
  all(projectId: string): Promise<ProjectSkillEntity[]> {
    return this.database.read.find(ProjectSkillEntity, { where: { projectId }, order: { name: 'ASC' } });
  }

  /** @throws DomainError `project_not_found` */
  async list(user: User, projectId: string): Promise<ProjectSkillDto[]> {
    await this.access.requireProject(user, projectId, 'read');
    return (await this.all(projectId)).map(viewOf);
  }

  /** @throws DomainError `project_not_found`, `skill_not_found` */
  async view(user: User, projectId: string, name: string): Promise<ProjectSkillDto> {
    await this.access.requireProject(user, projectId, 'read');
    return viewOf(await this.find(projectId, name));
  }

  /**
   * @throws DomainError `project_not_found`, `read_only`, `invalid_skill`, `skill_exists`, `skill_too_large`, `too_many_skills`
   */
  async create(user: User, projectId: string, { document, files = [] }: CreateSkillDto): Promise<ProjectSkillDto> {
    await this.access.requireProject(user, projectId, 'write');
    const introduced = this.checked(document, files);
    const at = now();
    const skill: ProjectSkillEntity = {
      ...{ id: newId(), projectId, ...introduced, document, files: stored(files), authorId: user.id, version: 1 },
      ...{ createdAt: at, updatedAt: at },
    };
    await this.database.write(
      async (tx) => {
        const { name } = skill;
        if ((await tx.countBy(ProjectSkillEntity, { projectId, name })) > 0) throw exists(name);
        if ((await tx.countBy(ProjectSkillEntity, { projectId })) >= MAX_SKILLS) throw TOO_MANY;
        await insert(ProjectSkillEntity, skill)(tx);
      },
      { lane: projectId },
    );
    this.note(user, 'skill.created', skill);
    return viewOf(skill);
  }

  /** What is left out stays; its name does. Chats have it with their next turn. @throws DomainError as `view` and `create`, and `version_changed` */
  async update(user: User, projectId: string, name: string, change: UpdateSkillDto): Promise<ProjectSkillDto> {
    await this.access.requireProject(user, projectId, 'write');
    const { id } = await this.find(projectId, name);
    const skill = await this.database.write(
      async (tx) => {
        const before = await tx.findOneBy(ProjectSkillEntity, { id });
        if (before === null) throw notFound('skill', name);
        requireVersion(before.version, change.version);
        const document = change.document ?? before.document;
        const files = change.files === undefined ? before.files : stored(change.files);
        const introduced = this.checked(document, files, name);
        const version = before.version + 1;
        const fields = { ...introduced, document, files, version, authorId: user.id, updatedAt: now() };
        await update(ProjectSkillEntity, { id }, fields)(tx);
        return { ...before, ...fields };
      },
      { lane: projectId },
    );
    this.note(user, 'skill.changed', skill);
    return viewOf(skill);
  }

  /** Chats that have chosen it work without. @throws DomainError `project_not_found`, `read_only`, `skill_not_found` */
  async delete(user: User, projectId: string, name: string): Promise<void> {
    await this.access.requireProject(user, projectId, 'write');
    const skill = await this.find(projectId, name);
    await this.database.write((tx) => tx.delete(ProjectSkillEntity, { id: skill.id }), { lane: projectId });
    this.note(user, 'skill.deleted', skill);
  }

  private async find(projectId: string, name: string): Promise<ProjectSkillEntity> {
    const row = await this.database.read.findOneBy(ProjectSkillEntity, { projectId, name });
    if (row === null) throw notFound('skill', name);
    return row;
  }

  /** @param kept name that it has to have; left out: any that no skill of the operator's has */
  private checked(document: string, files: readonly StoredSkillFile[], kept?: string): SkillDocument {
    const bytes = [document, ...files.map(({ content }) => content)].map((text) => Buffer.byteLength(text));
    if (bytes.reduce((sum, size) => sum + size, 0) > MAX_BYTES) throw TOO_LARGE;
    const folder = files.find(({ path }) => files.some((other) => other.path.startsWith(`${path}/`)));
    if (folder) throw invalid('invalid_skill', `"${folder.path}" cannot be a file and a folder of other files.`);
    const introduced = introductionOf(document);
    if (kept !== undefined && introduced.name !== kept) {
      throw invalid('invalid_skill', `The skill is "${kept}" and keeps that name; make another one to have another.`);
    }
    if (kept === undefined && this.files.all.has(introduced.name)) throw exists(introduced.name);
    return introduced;
  }

  private note(by: User, action: string, { id, name, projectId }: ProjectSkillEntity): void {
    this.audit.record({ action, by, target: { kind: 'skill', id }, detail: { name, projectId } });
  }
}

function introductionOf(document: string): SkillDocument {
  try {
    return parseSkill(document);
  } catch (error) {
    if (error instanceof ConfigError) throw invalid('invalid_skill', error.message);
    throw error;
  }
}

const exists = (name: string): DomainError =>
  conflict('skill_exists', `There is a skill "${name}" already, of the project or of the operator.`);

const stored = (files: readonly StoredSkillFile[]): StoredSkillFile[] =>
  files.map(({ path, content }) => ({ path, content }));

const viewOf = (skill: ProjectSkillEntity): ProjectSkillDto => {
  const { name, description, document, files, version, createdAt, updatedAt } = skill;
  return { name, description, scope: 'project', document, files, version, createdAt, updatedAt };
};

/** A row as a skill that chats can have. */
export const skillOfRow = ({ name, description, document, files }: ProjectSkillEntity): Skill => ({
  ...{ name, description, scope: 'project' },
  files: [{ path: SKILL_DOCUMENT, content: document }, ...files].map(({ path, content }) => ({
    path,
    content: Buffer.from(content),
  })),
});
