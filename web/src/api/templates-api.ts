import { request } from './request';
import type { Page, Template, TemplateContent } from './types';

const at = (id: string): string => `/templates/${encodeURIComponent(id)}`;

/** What chats are made from, over the REST interface. */
export const templatesApi = {
  /** @param projectId with those of this project; null: the service's, and one's own */
  async list(projectId: string | null): Promise<Template[]> {
    return (await (await request('/templates', { query: { projectId } })).json<Page<Template>>()).data;
  },
  async get(id: string): Promise<Template> {
    return (await request(at(id))).json<Template>();
  },
  /** @param projectId whose it is; null: one's own */
  async create(projectId: string | null, content: TemplateContent): Promise<Template> {
    const body = { ...content, ...(projectId !== null && { projectId }) };
    return (await request('/templates', { method: 'POST', body })).json<Template>();
  },
  /** What is left out is gone. */
  async replace(id: string, body: TemplateContent): Promise<Template> {
    return (await request(at(id), { method: 'PUT', body })).json<Template>();
  },
  async remove(id: string): Promise<void> {
    await request(at(id), { method: 'DELETE' });
  },
};
