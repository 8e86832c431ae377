import { Injectable } from '@nestjs/common';
import { Access } from '../access/access';
import { User } from '../auth/user';
import type { ChatEntity } from '../chat/entities/chat.entity';
import { ChatSkills } from '../chat/turns/chat-skills';
import { invalid } from '../common/domain.error';
import { ProjectSkills, skillOfRow } from './project-skills';
import { Skill } from './skill';
import { SkillDto } from './skill.dto';
import { SkillFiles } from './skill-files';

/** What a chat has chosen. */
export interface ChosenSkills {
  readonly skills: readonly Skill[];
  /** Names of those that are not there any more. */
  readonly missing: readonly string[];
}

/** Which skills there are for the chats of a project: the operator's, then the project's; of one name the first. */
@Injectable()
export class Skills extends ChatSkills {
  constructor(
    private readonly files: SkillFiles,
    private readonly projects: ProjectSkills,
    private readonly access: Access,
  ) {
    super();
  }

  /** @throws DomainError `project_not_found` */
  async list(user: User, projectId: string | undefined): Promise<SkillDto[]> {
    if (projectId !== undefined) await this.access.requireProject(user, projectId, 'read');
    const skills = [...(await this.offered(projectId)).values()];
    return skills.map(({ name, description, scope }) => ({ name, description, scope }));
  }

  async requireKnown(projectId: string, names: readonly string[]): Promise<void> {
    if (names.length === 0) return;
    const known = await this.offered(projectId);
    const other = names.find((name) => !known.has(name));
    if (other === undefined) return;
    const there = known.size === 0 ? 'there are none' : `there are: ${[...known.keys()].join(', ')}`;
    throw invalid('unknown_skill', `There is no skill "${other}" for this chat; ${there}.`);
  }

  /** In the order of their names. */
  async ofChat({ projectId, skills: names }: Pick<ChatEntity, 'projectId' | 'skills'>): Promise<ChosenSkills> {
    if (names.length === 0) return { skills: [], missing: [] };
    const known = await this.offered(projectId);
    const skills = [...known.values()].filter(({ name }) => names.includes(name));
    return { skills, missing: names.filter((name) => !known.has(name)) };
  }

  private async offered(projectId: string | undefined): Promise<Map<string, Skill>> {
    const ofProject = projectId === undefined ? [] : (await this.projects.all(projectId)).map(skillOfRow);
    const all = new Map([...ofProject.map((skill) => [skill.name, skill] as const), ...this.files.all]);
    return new Map([...all].sort(([one], [other]) => (one < other ? -1 : 1)));
  }
}
