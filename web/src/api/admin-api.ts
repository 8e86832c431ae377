import type { PageQuery } from './projects-api';
import { request } from './request';
import type { AccountLink, AdminUser, AuditEntry, BackendTest, CreatedGatewayKey, GatewayKey } from './types';
import type { Limit, LimitChanges, NewAccountLink, NewGatewayKey, Page, Pool, PoolTransition, UsageSum } from './types';

type UserChange = Partial<Pick<AdminUser, 'displayName' | 'role'>> & { disabled?: boolean };

export interface UsageQuery {
  from: string;
  to?: string;
  groupBy: string;
  timeZone: string;
}

/** What only administrators may call, besides sums of usage, of which others see their own. */
export const adminApi = {
  async users(query: PageQuery & { search?: string; disabled?: boolean }): Promise<Page<AdminUser>> {
    return (await request('/admin/users', { query: { ...query } })).json<Page<AdminUser>>();
  },
  async changeUser(id: string, body: UserChange): Promise<AdminUser> {
    return (await request(`/admin/users/${encodeURIComponent(id)}`, { method: 'PATCH', body })).json<AdminUser>();
  },
  async eraseUser(id: string): Promise<void> {
    await request(`/admin/users/${encodeURIComponent(id)}`, { method: 'DELETE' });
  },
  exportAddress: (id: string): string => `api/v1/admin/users/${encodeURIComponent(id)}/export?format=zip`,
  async makeLink(body: NewAccountLink): Promise<AccountLink> {
    return (await request('/admin/account-links', { method: 'POST', body })).json<AccountLink>();
  },
  async limits(kind: 'users' | 'projects', id: string): Promise<Limit[]> {
    const answer = await request(`/admin/${kind}/${encodeURIComponent(id)}/limits`);
    return (await answer.json<{ limits: Limit[] }>()).limits;
  },
  async setLimits(kind: 'users' | 'projects', id: string, body: LimitChanges): Promise<Limit[]> {
    const answer = await request(`/admin/${kind}/${encodeURIComponent(id)}/limits`, { method: 'PUT', body });
    return (await answer.json<{ limits: Limit[] }>()).limits;
  },
  async audit(query: PageQuery & Record<string, string | number | null | undefined>): Promise<Page<AuditEntry>> {
    return (await request('/admin/audit', { query })).json<Page<AuditEntry>>();
  },
  async auditLines(query: Record<string, string>): Promise<Blob> {
    return (await request('/admin/audit', { query, accept: 'application/x-ndjson' })).blob();
  },
  async pool(): Promise<Pool> {
    return (await request('/admin/pool')).json<Pool>();
  },
  async changePool(body: { size?: number; selectionStrategy?: Pool['selectionStrategy'] }): Promise<Pool> {
    return (await request('/admin/pool', { method: 'PUT', body })).json<Pool>();
  },
  async transitions(query: PageQuery): Promise<Page<PoolTransition>> {
    return (await request('/admin/pool/transitions', { query: { ...query } })).json<Page<PoolTransition>>();
  },
  async instance(id: string, action: 'drain' | 'restart'): Promise<Pool> {
    return (await request(`/admin/instances/${id}/${action}`, { method: 'POST' })).json<Pool>();
  },
  async testBackend(id: string): Promise<BackendTest> {
    return (await request(`/admin/backends/${encodeURIComponent(id)}/test`, { method: 'POST' })).json<BackendTest>();
  },
  async usage(query: UsageQuery & PageQuery): Promise<Page<UsageSum>> {
    return (await request('/usage', { query: { ...query } })).json<Page<UsageSum>>();
  },
  async keys(query: PageQuery): Promise<Page<GatewayKey>> {
    return (await request('/admin/gateway-keys', { query: { ...query } })).json<Page<GatewayKey>>();
  },
  async makeKey(body: NewGatewayKey): Promise<CreatedGatewayKey> {
    return (await request('/admin/gateway-keys', { method: 'POST', body })).json<CreatedGatewayKey>();
  },
  async changeKey(id: string, body: { enabled: boolean }): Promise<void> {
    await request(`/admin/gateway-keys/${id}`, { method: 'PUT', body });
  },
  async deleteKey(id: string): Promise<void> {
    await request(`/admin/gateway-keys/${id}`, { method: 'DELETE' });
  },
};
