import type { PageQuery } from './projects-api';
import { request } from './request';
import type { AccountLink, AdminBackends, AdminUser, AuditEntry, BackendTest, CreatedGatewayKey } from './types';
import type { GatewayKey, GatewayKeyChanges, Limit, LimitChanges, NewAccountLink, NewGatewayKey } from './types';
import type { Page, Pool, PoolSession, PoolTransition } from './types';

type UserChange = Partial<Pick<AdminUser, 'displayName' | 'role'>> & { disabled?: boolean };

/** What only administrators may call. */
export const adminApi = {
  async users(query: PageQuery & { search?: string; role?: string; disabled?: boolean }): Promise<Page<AdminUser>> {
    return (await request('/admin/users', { query: { ...query } })).json<Page<AdminUser>>();
  },
  async changeUser(id: string, body: UserChange): Promise<AdminUser> {
    return (await request(`/admin/users/${encodeURIComponent(id)}`, { method: 'PATCH', body })).json<AdminUser>();
  },
  /** Signs out in all browsers. @returns how many those were */
  async endSessions(id: string): Promise<number> {
    const answer = await request(`/admin/users/${encodeURIComponent(id)}/sessions`, { method: 'DELETE' });
    return (await answer.json<{ ended: number }>()).ended;
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
  async transitions(query: PageQuery & { instanceId?: string }): Promise<Page<PoolTransition>> {
    return (await request('/admin/pool/transitions', { query: { ...query } })).json<Page<PoolTransition>>();
  },
  async instance(id: string, action: 'drain' | 'restart'): Promise<Pool> {
    return (await request(`/admin/instances/${id}/${action}`, { method: 'POST' })).json<Pool>();
  },
  async sessions(query: PageQuery): Promise<Page<PoolSession>> {
    return (await request('/admin/sessions', { query: { ...query } })).json<Page<PoolSession>>();
  },
  async backends(): Promise<AdminBackends> {
    return (await request('/admin/backends')).json<AdminBackends>();
  },
  async reloadBackends(): Promise<AdminBackends> {
    return (await request('/admin/backends/reload', { method: 'POST' })).json<AdminBackends>();
  },
  async testBackend(id: string): Promise<BackendTest> {
    return (await request(`/admin/backends/${encodeURIComponent(id)}/test`, { method: 'POST' })).json<BackendTest>();
  },
  async keys(query: PageQuery): Promise<Page<GatewayKey>> {
    return (await request('/admin/gateway-keys', { query: { ...query } })).json<Page<GatewayKey>>();
  },
  async makeKey(body: NewGatewayKey): Promise<CreatedGatewayKey> {
    return (await request('/admin/gateway-keys', { method: 'POST', body })).json<CreatedGatewayKey>();
  },
  async changeKey(id: string, body: GatewayKeyChanges): Promise<void> {
    await request(`/admin/gateway-keys/${id}`, { method: 'PUT', body });
  },
  async deleteKey(id: string): Promise<void> {
    await request(`/admin/gateway-keys/${id}`, { method: 'DELETE' });
  },
};
