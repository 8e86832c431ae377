import { Injectable } from '@nestjs/common';
import type { Request, Response } from 'express';
import { AuthConfig } from '../config/auth.config';
import { AccountDto, ChangePasswordDto, SessionDto, SignedOutDto } from './account.dto';
import { BrowserSignIn } from './browser-sign-in';
import { LocalAccounts } from './local/local-accounts';
import { OidcLogin } from './oidc/oidc-login';
import { allows, PERMISSIONS } from './permission';
import { Principal } from './principal';
import { BrowserSessions } from './sessions/browser-sessions';
import { Users } from './users';

/** A caller's own account, in the terms of the API. */
@Injectable()
export class AccountService {
  constructor(
    private readonly sessionsOf: BrowserSessions,
    private readonly browsers: BrowserSignIn,
    private readonly accounts: LocalAccounts,
    private readonly oidc: OidcLogin,
    private readonly users: Users,
    private readonly config: AuthConfig,
  ) {}

  async view(user: Principal): Promise<Omit<AccountDto, 'currency' | 'sandboxModeMax'>> {
    const row = await this.users.find(user.id);
    const { id, displayName, role, sessionId, expiresAt } = user;
    return {
      ...{ id, displayName, role, email: row?.email ?? null, method: this.config.method },
      permissions: PERMISSIONS.filter((permission) => allows(user, permission)),
      isSession: sessionId !== undefined,
      hasPassword: this.config.method === 'Local' && sessionId !== undefined,
      expiresAt: expiresAt === undefined ? null : new Date(expiresAt).toISOString(),
    };
  }

  async changePassword(user: Principal, request: Request, input: ChangePasswordDto): Promise<void> {
    const address = this.browsers.addressOf(request);
    await this.accounts.changePassword(user.id, address, input.currentPassword, input.newPassword);
    await this.endOtherSessions(user);
  }

  async sessions(user: Principal): Promise<SessionDto[]> {
    const sessions = await this.sessionsOf.list(user.id);
    return sessions.map(({ id, createdAt, lastUsedAt, expiresAt, userAgent, address }) => ({
      ...{ id, createdAt, lastUsedAt, expiresAt, userAgent, address },
      isCurrent: id === user.sessionId,
    }));
  }

  endOtherSessions(user: Principal): Promise<number> {
    return this.sessionsOf.endOthers(user.id, user.sessionId);
  }

  endSession(user: Principal, id: string): Promise<void> {
    return this.sessionsOf.end(user.id, id);
  }

  /** A caller without a session has nothing that could end. */
  async signOut(user: Principal, response: Response): Promise<SignedOutDto> {
    const secret = this.browsers.secretOf(response.req);
    if (user.sessionId === undefined || secret === undefined) return { redirect: null };
    const tokens = await this.sessionsOf.tokensOf(secret);
    await this.sessionsOf.end(user.id, user.sessionId);
    this.browsers.forget(response);
    if (this.config.method !== 'OIDC') return { redirect: null };
    const base = this.browsers.baseOf(response.req);
    return { redirect: (await this.oidc.endAddress(tokens, `${base}/sign-in`)) ?? null };
  }
}
