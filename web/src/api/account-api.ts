import { request } from './request';
import type { PageQuery } from './projects-api';
import type { Account, BrowserSession, CreatedUserToken, Limit, OwnApprovalRule } from './types';
import type { NewUserToken, Page, UserToken } from './types';

/** One's own account over the REST interface. */
export const accountApi = {
  async read(): Promise<Account> {
    return (await request('/account')).json<Account>();
  },
  async sessions(): Promise<BrowserSession[]> {
    return (await (await request('/account/sessions')).json<{ data: BrowserSession[] }>()).data;
  },
  async endSession(id: string): Promise<void> {
    await request(`/account/sessions/${id}`, { method: 'DELETE' });
  },
  /** @returns how many there were */
  async endOtherSessions(): Promise<number> {
    return (await (await request('/account/sessions', { method: 'DELETE' })).json<{ ended: number }>()).ended;
  },
  async signOut(): Promise<string | null> {
    const response = await request('/account/sign-out', { method: 'POST' });
    return (await response.json<{ redirect: string | null }>()).redirect;
  },
  async changePassword(body: { currentPassword: string; newPassword: string }): Promise<void> {
    await request('/account/password', { method: 'POST', body });
  },
  async limits(): Promise<Limit[]> {
    return (await (await request('/account/limits')).json<{ limits: Limit[] }>()).limits;
  },
  async rules(query: PageQuery): Promise<Page<OwnApprovalRule>> {
    return (await request('/approval-rules', { query: { ...query } })).json<Page<OwnApprovalRule>>();
  },
  async withdrawRule(id: string): Promise<void> {
    await request(`/approval-rules/${id}`, { method: 'DELETE' });
  },
  async tokens(): Promise<UserToken[]> {
    return (await (await request('/tokens')).json<{ data: UserToken[] }>()).data;
  },
  async createToken(body: NewUserToken): Promise<CreatedUserToken> {
    return (await request('/tokens', { method: 'POST', body })).json<CreatedUserToken>();
  },
  async renameToken(id: string, name: string): Promise<void> {
    await request(`/tokens/${id}`, { method: 'PUT', body: { name } });
  },
  async revokeToken(id: string): Promise<void> {
    await request(`/tokens/${id}`, { method: 'DELETE' });
  },
};
