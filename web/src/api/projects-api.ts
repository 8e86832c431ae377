import { request } from './request';
import type { CreatedShare, Limit, Member, Page, Project, ProjectRole, Share } from './types';

export interface PageQuery {
  cursor?: string | null;
  limit?: number;
}

/** Projects, their members, and links to chats over the REST interface. */
export const projectsApi = {
  async list(query: PageQuery & { archived?: boolean }): Promise<Page<Project>> {
    return (await request('/projects', { query: { ...query } })).json<Page<Project>>();
  },
  async get(id: string): Promise<Project> {
    return (await request(`/projects/${id}`)).json<Project>();
  },
  async create(body: { name: string; description?: string }): Promise<Project> {
    return (await request('/projects', { method: 'POST', body })).json<Project>();
  },
  async change(id: string, body: { name?: string; description?: string; archived?: boolean }): Promise<Project> {
    return (await request(`/projects/${id}`, { method: 'PATCH', body })).json<Project>();
  },
  /** With all of its chats. */
  async remove(id: string): Promise<void> {
    await request(`/projects/${id}`, { method: 'DELETE', query: { chats: 'delete' } });
  },
  async limits(id: string): Promise<Limit[]> {
    return (await (await request(`/projects/${id}/limits`)).json<{ limits: Limit[] }>()).limits;
  },
  async members(id: string, query: PageQuery): Promise<Page<Member>> {
    return (await request(`/projects/${id}/members`, { query: { ...query } })).json<Page<Member>>();
  },
  async addMember(id: string, body: { userId?: string; email?: string; role: ProjectRole }): Promise<void> {
    await request(`/projects/${id}/members`, { method: 'POST', body });
  },
  async changeMember(id: string, userId: string, role: ProjectRole): Promise<void> {
    await request(`/projects/${id}/members/${encodeURIComponent(userId)}`, { method: 'PUT', body: { role } });
  },
  async removeMember(id: string, userId: string): Promise<void> {
    await request(`/projects/${id}/members/${encodeURIComponent(userId)}`, { method: 'DELETE' });
  },

  async shares(chatId: string, query: PageQuery): Promise<Page<Share>> {
    return (await request(`/chats/${chatId}/share`, { query: { ...query } })).json<Page<Share>>();
  },
  async share(chatId: string, body: { expiresInSeconds: number; workspace: boolean }): Promise<CreatedShare> {
    return (await request(`/chats/${chatId}/share`, { method: 'POST', body })).json<CreatedShare>();
  },
  async revokeShare(chatId: string, id: string): Promise<void> {
    await request(`/chats/${chatId}/share/${id}`, { method: 'DELETE' });
  },
};
