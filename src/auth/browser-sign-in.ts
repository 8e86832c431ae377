import { Injectable } from '@nestjs/common';
import type { Request, Response } from 'express';
import { noteForAudit } from '../common/audit-note';
import { TrustedProxies } from '../common/client-address';
import { ServerConfig } from '../config/server.config';
import { BrowserSessions, NewSession } from './sessions/browser-sessions';
import { clearCookie, cookieIn, cookieNameOf, isSecure, setCookie } from './sessions/session-cookie';
import { SignInKey } from './sign-in-key';

const SESSION = 'session';
const MARK = 'known';
const MARK_MS = 400 * 86_400_000;
const PENDING_MS = 10 * 60_000;

/** What a browser gets, and gives back, when somebody signs in with it. */
@Injectable()
export class BrowserSignIn {
  private readonly proxies: TrustedProxies;

  constructor(
    private readonly sessions: BrowserSessions,
    private readonly key: SignInKey,
    private readonly config: ServerConfig,
  ) {
    this.proxies = new TrustedProxies(config.trustedProxies);
  }

  /** Whoever calls, as limits count it. */
  addressOf(request: Request): string {
    return this.proxies.callerOf(request);
  }

  /** Address under which this browser has reached the service, with its base path. */
  baseOf(request: Request): string {
    const { publicUrl, basePath } = this.config;
    if (publicUrl !== '') return publicUrl;
    return `${isSecure(request, this.config) ? 'https' : 'http'}://${request.headers.host ?? ''}${basePath}`;
  }

  /** Signs the user in; an earlier session of this browser ends. */
  async start(response: Response, userId: string, more: Omit<NewSession, 'userAgent' | 'address'> = {}): Promise<void> {
    const { req: request } = response;
    await this.endCurrent(request);
    const { secret, expiresAt } = await this.sessions.start(userId, {
      ...{ userAgent: request.get('user-agent') ?? '', address: this.addressOf(request) },
      ...more,
    });
    noteForAudit({ userId });
    setCookie(response, SESSION, secret, { ...this.settings, maxAgeMs: expiresAt - Date.now() });
  }

  /** The secret of this browser's session; undefined where it has none. */
  secretOf(request: Request): string | undefined {
    return cookieIn(request, cookieNameOf(SESSION, request, this.config));
  }

  forget(response: Response): void {
    clearCookie(response, SESSION, this.settings);
  }

  isKnownBrowser(request: Request, login: string): boolean {
    const mark = cookieIn(request, cookieNameOf(MARK, request, this.config));
    return mark !== undefined && this.key.isBrowserMark(mark, login);
  }

  /** By the mark the browser is known at the next sign-in, which guesses from elsewhere then do not slow down. */
  markBrowser(response: Response, login: string): void {
    setCookie(response, MARK, this.key.browserMarkOf(login), { ...this.settings, maxAgeMs: MARK_MS });
  }

  /** What the browser keeps on its way to an identity provider. */
  keep(response: Response, name: string, value: string): void {
    setCookie(response, name, value, { ...this.settings, maxAgeMs: PENDING_MS });
  }

  /** What it has kept, which is gone then. */
  takeKept(response: Response, name: string): string | undefined {
    const value = cookieIn(response.req, cookieNameOf(name, response.req, this.config));
    if (value !== undefined) clearCookie(response, name, this.settings);
    return value;
  }

  private get settings(): { port: number; publicUrl: string } {
    return { port: this.config.port, publicUrl: this.config.publicUrl };
  }

  private async endCurrent(request: Request): Promise<void> {
    const secret = this.secretOf(request);
    const current = secret === undefined ? undefined : await this.sessions.principalOf(secret).catch(() => undefined);
    if (current?.sessionId !== undefined) await this.sessions.end(current.id, current.sessionId).catch(() => undefined);
  }
}

/** A path of ours to go on at, whatever somebody has written into an address. */
export function ownPath(text: unknown): string {
  if (typeof text !== 'string' || !/^\/(?![/\\])[\u0021-\u007e]*$/.test(text) || text.includes('\\')) return '/';
  return /^\/sign-in(?:[/?#]|$)/.test(text) ? '/' : text;
}
