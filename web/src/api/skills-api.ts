import { request } from './request';
import type { Page, ProjectSkill, Skill, SkillChange, SkillContent } from './types';

const at = (projectId: string, name = ''): string => `/projects/${projectId}/skills${name && `/${name}`}`;

/** Skills of the operator and of projects over the REST interface. */
export const skillsApi = {
  /** What chats can choose. @param projectId with those of this project; null: the operator's alone */
  async list(projectId: string | null): Promise<Skill[]> {
    return (await (await request('/skills', { query: { projectId } })).json<Page<Skill>>()).data;
  },
  async get(projectId: string, name: string): Promise<ProjectSkill> {
    return (await request(at(projectId, name))).json<ProjectSkill>();
  },
  async create(projectId: string, body: SkillContent): Promise<ProjectSkill> {
    return (await request(at(projectId), { method: 'POST', body })).json<ProjectSkill>();
  },
  async change(projectId: string, name: string, body: SkillChange): Promise<ProjectSkill> {
    return (await request(at(projectId, name), { method: 'PATCH', body })).json<ProjectSkill>();
  },
  async remove(projectId: string, name: string): Promise<void> {
    await request(at(projectId, name), { method: 'DELETE' });
  },
};
