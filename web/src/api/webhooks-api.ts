import type { PageQuery } from './projects-api';
import { request } from './request';
import type { CreatedWebhook, NewWebhook, Page, Webhook, WebhookDelivery } from './types';

const path = (id: string): string => `/webhooks/${id}`;

/** Webhooks of one's own, or of a project, over the REST interface. */
export const webhooksApi = {
  async list(projectId: string | null): Promise<Page<Webhook>> {
    const { data } = await (await request(listOf(projectId))).json<{ data: Webhook[] }>();
    return { data, nextCursor: null };
  },
  async create(projectId: string | null, body: NewWebhook): Promise<CreatedWebhook> {
    return (await request(listOf(projectId), { method: 'POST', body })).json<CreatedWebhook>();
  },
  async switch(id: string, enabled: boolean): Promise<void> {
    await request(path(id), { method: 'PATCH', body: { enabled } });
  },
  async remove(id: string): Promise<void> {
    await request(path(id), { method: 'DELETE' });
  },
  async rotate(id: string): Promise<CreatedWebhook> {
    return (await request(`${path(id)}/rotate-secret`, { method: 'POST' })).json<CreatedWebhook>();
  },
  async test(id: string): Promise<void> {
    await request(`${path(id)}/test`, { method: 'POST' });
  },
  async deliveries(id: string, query: PageQuery): Promise<Page<WebhookDelivery>> {
    return (await request(`${path(id)}/deliveries`, { query: { ...query } })).json<Page<WebhookDelivery>>();
  },
  async redeliver(id: string, deliveryId: string): Promise<void> {
    await request(`${path(id)}/deliveries/${deliveryId}/redeliver`, { method: 'POST' });
  },
};

const listOf = (projectId: string | null): string =>
  projectId === null ? '/webhooks' : `/projects/${projectId}/webhooks`;
