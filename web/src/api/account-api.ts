import { request } from './request';
import type { Account, BrowserSession, CreatedUserToken, NewUserToken, UserToken } from './types';

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
  async signOut(): Promise<string | null> {
    const response = await request('/account/sign-out', { method: 'POST' });
    return (await response.json<{ redirect: string | null }>()).redirect;
  },
  async changePassword(body: { currentPassword: string; newPassword: string }): Promise<void> {
    await request('/account/password', { method: 'POST', body });
  },
  async tokens(): Promise<UserToken[]> {
    return (await (await request('/tokens')).json<{ data: UserToken[] }>()).data;
  },
  async createToken(body: NewUserToken): Promise<CreatedUserToken> {
    return (await request('/tokens', { method: 'POST', body })).json<CreatedUserToken>();
  },
  async revokeToken(id: string): Promise<void> {
    await request(`/tokens/${id}`, { method: 'DELETE' });
  },
};
