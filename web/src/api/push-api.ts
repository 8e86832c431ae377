import { request } from './request';
import type { Page, PushDevice, PushSettings } from './types';

/** What a browser's PushManager has given. */
export interface PushAddress {
  endpoint: string;
  keys: { p256dh: string; auth: string };
}

const path = (id = ''): string => `/account/push/devices${id && `/${id}`}`;

/** One's own browsers that are told while the page is closed. */
export const pushApi = {
  async settings(): Promise<PushSettings> {
    return (await request('/account/push')).json<PushSettings>();
  },
  async list(): Promise<Page<PushDevice>> {
    const { data } = await (await request(path())).json<{ data: PushDevice[] }>();
    return { data, nextCursor: null };
  },
  async register(body: PushAddress): Promise<PushDevice> {
    return (await request(path(), { method: 'POST', body })).json<PushDevice>();
  },
  async choose(id: string, projects: readonly string[]): Promise<void> {
    await request(path(id), { method: 'PATCH', body: { projects } });
  },
  async test(id: string): Promise<void> {
    await request(`${path(id)}/test`, { method: 'POST' });
  },
  async remove(id: string): Promise<void> {
    await request(path(id), { method: 'DELETE' });
  },
};
